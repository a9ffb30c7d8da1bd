/** What a person set themselves: the server lays it over `costlint.json`, where VS Code's own defaults must not win. */
import * as vscode from 'vscode';

/** The `costlint` section with only those keys that are set in some scope, as the server is told it. */
export function chosenSettings(keys: readonly string[], scope: vscode.Uri | undefined): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration('costlint', scope ?? null);
  const chosen = keys.filter((key) => isChosen(configuration.inspect(key))).map((key) => [key, configuration.get(key)]);
  return nested(Object.fromEntries(chosen));
}

const isChosen = (found: ReturnType<vscode.WorkspaceConfiguration['inspect']>): boolean =>
  found !== undefined && [found.globalValue, found.workspaceValue, found.workspaceFolderValue].some((value) => value !== undefined);

/** `a.b` → `{ a: { b } }`. */
function nested(flat: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(flat)) {
    const path = key.split('.');
    const last = path.pop() ?? key;
    let at = result;
    for (const name of path) {
      const inner = at[name];
      const next = typeof inner === 'object' && inner !== null ? { ...inner } : {};
      at[name] = next;
      at = next;
    }
    at[last] = value;
  }
  return result;
}

/** Keys of the settings that package.json contributes, without `costlint.`. */
export function contributedKeys(manifest: unknown): readonly string[] {
  const contributes = property(manifest, 'contributes');
  const given = property(contributes, 'configuration');
  const groups = Array.isArray(given) ? given : [given];
  return groups
    .flatMap((group) => Object.keys(property(group, 'properties') ?? {}))
    .flatMap((key) => (key.startsWith('costlint.') ? [key.slice('costlint.'.length)] : []));
}

const property = (value: unknown, key: string): object | undefined => {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === 'object' && found !== null ? found : undefined;
};

/** Flips a switch where it is set, or for the person where it is not set anywhere. */
export async function toggle(key: string): Promise<boolean> {
  const configuration = vscode.workspace.getConfiguration('costlint');
  const found = configuration.inspect<boolean>(key);
  const next = !configuration.get<boolean>(key, true);
  const target = found?.workspaceValue !== undefined ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await configuration.update(key, next, target);
  return next;
}
