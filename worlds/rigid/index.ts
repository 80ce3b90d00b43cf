export {
  defaultScene,
  type RecordedTables,
  type RecordingOptions,
  type SceneOptions,
} from './options.ts';
export { loadRapier, type Rapier } from './rapier.ts';
export { defaultRigidOptions, type RigidOptions, runRigid } from './run.ts';
export { makeScene } from './scene.ts';
export { Body, Contact, InertialState, type Motion, type ShapeName, SystemEnergy } from './tables.ts';
export { type InertialAsset, WorldModel } from './world-model.ts';
