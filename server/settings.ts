/** `costlint.*` of the editor, laid over `costlint.json`: what a person sets in the editor wins, key by key. */
import { type Config, configSchema } from '../core/config.ts';
import { issueWords } from '../core/issue-words.ts';
import { defaultEditorSettings, type EditorSettings, editorSettingsSchema } from '../core/protocol/index.ts';

export interface Settings {
  readonly config: Config;
  readonly editor: EditorSettings;
  /** Settings that were left out since their values are not valid, in words. */
  readonly problems: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `section` is the editor's answer for `costlint`; anything that is not an object counts as nothing set. */
export function mergeSettings(file: Config, section: unknown): Settings {
  const problems: string[] = [];
  const set = isObject(section) ? section : {};
  let config = file;
  for (const key of Object.keys(configSchema.shape)) {
    if (set[key] === undefined || set[key] === null) continue;
    const parsed = configSchema.safeParse({ ...config, [key]: merge(Reflect.get(config, key), set[key]) });
    if (parsed.success) config = parsed.data;
    else problems.push(...parsed.error.issues.map((issue) => `costlint.${[key, ...issue.path.slice(1)].join('.')} ${issueWords(issue)}`));
  }
  return { config, editor: editorSettings(set, problems), problems };
}

function editorSettings(set: Json, problems: string[]): EditorSettings {
  const given = Object.entries(set).filter(([key, value]) => key in editorSettingsSchema.shape && value !== null);
  const parsed = editorSettingsSchema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  problems.push(...parsed.error.issues.map((issue) => `costlint.${issue.path.join('.')} ${issueWords(issue)}`));
  return defaultEditorSettings;
}

/** Objects merge key by key, everything else is replaced. */
function merge(below: unknown, above: unknown): unknown {
  if (!isObject(below) || !isObject(above)) return above;
  const keys = new Set([...Object.keys(below), ...Object.keys(above)]);
  return Object.fromEntries([...keys].map((key) => [key, key in above ? merge(below[key], above[key]) : below[key]]));
}
