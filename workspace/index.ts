/** The workspace room: everything between the pure core and a folder on disk. */
export { type Assets, readAssets } from './assets.ts';
export { type ConfigProblem, describeProblem, type LoadedConfig, loadConfig, loadConfigFile, parseConfigText } from './config-file.ts';
export { CONFIG_NAME } from './config-path.ts';
export { type DiscoverOptions, type Discovery, discover, isWanted } from './discover.ts';
export { languagesOf, loadAcceptor, loadFrontends } from './frontends.ts';
export { type NodeHost, nodeHost } from './node-host.ts';
export { displayPath, isInside, normalise, relativeTo } from './paths.ts';
export { ConfigError, openWorkspace, type Workspace, type WorkspaceOptions } from './project.ts';
export { resolveTargets, type Targets } from './roots.ts';
