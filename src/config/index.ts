export { type LoadOptions, loadConfig } from '../read/load-config.ts';
export type { ConfigFiles } from './compose/defaults-list.ts';
export type { Branch, Leaf, Origin, Tree } from './compose/tree.ts';
export { type ComposedConfig, type ComposeOptions, composeConfig } from './compose-config.ts';
export { describeConfig, originsOf } from './print.ts';
export type { Environment } from './record/environment.ts';
export type { ModuleBackend, ModuleBackends } from './record/target.ts';
