/** Which tables besides `body` and `inertial_state` are recorded. */
export interface RecordedTables {
  /** A row of `system_energy` for each frame. Default true. */
  readonly energy?: boolean;
  /** Rows of `contact`. Default false: Rapier hands contacts out at some 2 us a pair of bodies that are near. */
  readonly contacts?: boolean;
}

/** Options of a recording into a file of its own. */
export interface RecordingOptions {
  /** Milliseconds between commits. Default 100. */
  readonly flushIntervalMs?: number;
}

/** Bodies that are dropped on a floor. */
export interface SceneOptions {
  /** How many spheres, boxes and capsules, mixed: 0 or more. Default 100. */
  readonly bodies?: number;
  /** Safe integer, 0 or more. The same seed gives the same bodies. Default 42. */
  readonly seed?: number;
  /** Acceleration along y, m/s^2. Default -9.81. */
  readonly gravity?: number;
}

/** The scene that {@link makeScene} makes where nothing else is said. */
export const defaultScene: Required<SceneOptions> = Object.freeze({ bodies: 100, seed: 42, gravity: -9.81 });

/** @throws RangeError for an option that is out of range */
export function resolveScene(given: SceneOptions): Required<SceneOptions> {
  const scene = { ...defaultScene, ...given };
  wholeNumber('bodies', scene.bodies, 0);
  wholeNumber('seed', scene.seed, 0);
  if (!Number.isFinite(scene.gravity)) {
    throw new RangeError(`gravity is ${scene.gravity}; it takes a finite number of m/s^2`);
  }
  return scene;
}

/** @throws RangeError where `value` is no whole number from `least` on */
export function wholeNumber(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} is ${String(value)}; it takes a whole number from ${least} on`);
  }
}

/** @throws RangeError where `value` is no duration of a step */
export function duration(name: string, value: number): void {
  if (!Number.isFinite(value) || value <= 0) {
    throw new RangeError(`${name} is ${String(value)}; it takes a finite number of seconds above 0`);
  }
}
