import type { ColliderDesc, RigidBody, RigidBodyDesc, World } from '@dimforge/rapier3d-compat';
import { DataRecorder, type DataRecorderConfig, type Recorder, SimtapeError } from '../../src/index.ts';
import { nameOf } from './body-row.ts';
import { FrameRecording } from './frame-recording.ts';
import { duration, type RecordedTables, type RecordingOptions, type SceneOptions } from './options.ts';
import { loadRapier } from './rapier.ts';
import { makeScene } from './scene.ts';

/** A dynamic body of a world. */
export interface InertialAsset {
  readonly name: string;
  /** Rapier's, which `world.getRigidBody` takes. */
  readonly handle: number;
  /** kg. */
  readonly mass: number;
  readonly body: RigidBody;
}

interface Active {
  readonly frames: FrameRecording;
  /** Ends it, flushed. */
  readonly end: () => void;
}

/**
 * A Rapier world that records one frame for each step, when asked to. Units are those of SI. Bodies may come and go
 * between updates, by {@link addBody} or in `world` itself; only `update` may step the world.
 *
 * @example
 * using model = await WorldModel.create({ bodies: 20 });
 * model.enableRecording('flight.db');
 * for (let step = 0; step < 600; step++) model.update(1 / 60);
 */
export class WorldModel implements Disposable {
  readonly world: World;
  readonly #tables: Required<RecordedTables>;
  /** Recorders of others, so that one that comes again does not get its bodies again. */
  readonly #recordings = new WeakMap<Recorder, FrameRecording>();
  #active: Active | null = null;
  #time = 0;
  #timeError = 0;
  #free = (): void => {};
  /** What the run is kept with; nothing where the world is the caller's. */
  #origin: Pick<DataRecorderConfig, 'world' | 'seed' | 'configuration'> = {};

  /** @param world - stays the caller's: disposing the model does not free it */
  constructor(world: World, { energy = true, contacts = false }: RecordedTables = {}) {
    this.world = world;
    this.#tables = { energy, contacts };
  }

  /**
   * Loads Rapier and makes a world in which bodies are about to fall on a floor. It is freed with the model.
   *
   * @throws `BackendUnavailable` where Rapier is not installed; RangeError for an option that is out of range
   */
  static async create(options: SceneOptions & RecordedTables = {}): Promise<WorldModel> {
    const world = makeScene(await loadRapier(), options);
    const model = new WorldModel(world, options);
    model.#free = () => world.free();
    model.#origin = {
      world: 'rigid',
      configuration: { ...options },
      ...(options.seed === undefined ? {} : { seed: options.seed }),
    };
    return model;
  }

  /** Since the model was made, s. */
  get simulationTime(): number {
    return this.#time;
  }

  /** The dynamic bodies that are there. */
  get inertialAssets(): readonly InertialAsset[] {
    const dynamic = this.world.bodies.getAll().filter((body) => body.isDynamic());
    return dynamic.map((body) => ({ name: nameOf(body), handle: body.handle, mass: body.mass(), body }));
  }

  /** Adds a body with its colliders. A text as `userData` becomes its name. */
  addBody(body: RigidBodyDesc, ...colliders: readonly ColliderDesc[]): RigidBody {
    const added = this.world.createRigidBody(body);
    for (const collider of colliders) this.world.createCollider(collider, added);
    return added;
  }

  /**
   * Advances the world by one step of `dt` seconds, and records it as one frame where recording is enabled.
   *
   * @throws RangeError for a `dt` that is no duration; what the recorder throws
   */
  update(dt: number): void {
    duration('dt', dt);
    const frames = this.#active?.frames;
    frames?.prepare();
    this.world.timestep = dt;
    this.world.step();
    this.#advance(dt);
    frames?.record(this.#time, dt);
  }

  get isRecording(): boolean {
    return this.#active !== null;
  }

  /** The recorder that frames go to, for metrics and tables of your own; null where nothing is recorded. */
  get recorder(): Recorder | null {
    return this.#active?.frames.recorder ?? null;
  }

  /**
   * Records from the next update on into a SQLite file, which is opened at once. The bodies that exist are recorded now,
   * others as they come. An existing recording gets another run.
   *
   * @throws `InvalidConfig` where it is recording already; `CannotOpen` and others as `DataRecorder`
   */
  enableRecording(path: string, { flushIntervalMs }: RecordingOptions = {}): void {
    this.#refuseTwice('path', path);
    const opened = new DataRecorder({
      ...this.#origin,
      databasePath: path,
      ...(flushIntervalMs === undefined ? {} : { flushInterval: flushIntervalMs }),
    });
    try {
      const frames = new FrameRecording(this.world, opened.recorder, this.#tables);
      this.#active = { frames, end: () => opened[Symbol.dispose]() };
    } catch (error) {
      opened[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * The same into a recorder that is open, and stays so once recording is disabled: flushing and closing it is the
   * caller's.
   *
   * @throws `InvalidConfig` where it is recording already
   */
  recordTo(recorder: Recorder): void {
    this.#refuseTwice('recorder', recorder.path);
    const before = this.#recordings.get(recorder);
    before?.resume();
    const frames = before ?? new FrameRecording(this.world, recorder, this.#tables);
    this.#recordings.set(recorder, frames);
    this.#active = { frames, end: () => {} };
  }

  /**
   * Returns once all frames so far are stored, and closes the file. Does nothing where nothing is recorded.
   *
   * @throws `WriteFailed`, `RowsRejected` where rows were lost
   */
  disableRecording(): void {
    const active = this.#active;
    this.#active = null;
    active?.end();
  }

  [Symbol.dispose](): void {
    try {
      this.disableRecording();
    } finally {
      this.#free();
      this.#free = () => {};
    }
  }

  #refuseTwice(key: string, value: unknown): void {
    if (this.#active === null) return;
    const where = this.#active.frames.recorder.path ?? 'another recorder';
    throw new SimtapeError('InvalidConfig', `recording to ${where} already: call disableRecording first`, {
      key,
      value,
    });
  }

  /** Compensated summation (Kahan 1965): an hour of sixtieths is an hour to the last bit or so. */
  #advance(dt: number): void {
    const added = dt - this.#timeError;
    const time = this.#time + added;
    this.#timeError = time - this.#time - added;
    this.#time = time;
  }
}
