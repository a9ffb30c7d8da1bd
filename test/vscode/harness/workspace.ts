/** One run of VS Code: its own folder with a copy of the sample project, user data and logs. Removed after success, kept after a failure. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache, root } from '../../../scripts/lib/paths.mjs';

export interface Run {
  /** Holds everything below, and the logs. */
  readonly folder: string;
  /** The copy of the sample project that VS Code opens. */
  readonly workspace: string;
  readonly userData: string;
  readonly extensions: string;
  /** Removes the folder, or says where the logs are. */
  end(failed: boolean): void;
}

/** Nothing that asks the network, moves or differs from run to run. */
const settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'window.autoDetectColorScheme': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'npm.fetchOnlinePackageInfo': false,
  'json.schemaDownload.enable': false,
  'files.autoSave': 'off',
};

/**
 * @param sample a folder under the checkout, such as `examples/typescript-agent`
 * @param own settings beside those above; those of the machine among them, which a workspace cannot set
 */
export function newRun(name: string, sample: string, own: Readonly<Record<string, unknown>> = {}): Run {
  mkdirSync(join(cache, 'runs'), { recursive: true });
  const folder = mkdtempSync(join(cache, 'runs', `${name}-`));
  const run = { folder, workspace: join(folder, 'workspace'), userData: join(folder, 'user'), extensions: join(folder, 'extensions') };
  const source = join(root, sample);
  if (!existsSync(source)) throw new Error(`${sample} is missing: the suite opens it in VS Code`);
  cpSync(source, run.workspace, { recursive: true });
  mkdirSync(join(run.userData, 'User'), { recursive: true });
  mkdirSync(run.extensions);
  writeFileSync(join(run.userData, 'User/settings.json'), JSON.stringify({ ...settings, ...own }, null, 2));
  // VS Code's web server reads settings of the machine from here.
  mkdirSync(join(run.userData, 'Machine'));
  writeFileSync(join(run.userData, 'Machine/settings.json'), JSON.stringify(own));
  const end = (failed: boolean) => {
    if (failed) console.log(`logs: ${folder}`);
    else rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { ...run, end };
}
