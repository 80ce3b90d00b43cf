import {
  createRecorder,
  defineTable,
  f64,
  type Recorder,
  ref,
  SimulationFrame,
  timestamp,
  vec3,
} from '../../src/index.ts';

const Body = defineTable('body', { mass: f64() }, { static: true });
const InertialState = defineTable('inertial_state', {
  frame_id: ref(SimulationFrame),
  body_id: ref(Body),
  position: vec3({ unit: 'm' }),
  velocity: vec3({ unit: 'm/s' }),
  note: f64({ nullable: true }),
});
const SystemEnergy = defineTable('system_energy', {
  frame_id: ref(SimulationFrame),
  total: f64({ unit: 'J' }),
});
const Tick = defineTable('tick', { at: timestamp({ nullable: true }) });

/** What is wrong with a flight. */
export interface Flaws {
  /** Height of body 2 in frame 30. */
  readonly height?: number;
  /** Speed of body 1 in the frame before the last. */
  readonly speed?: number;
  /** Energy in the last frame; it starts at 10. */
  readonly energy?: number;
  /** Time of frame 5; that of frame 4 is 0.4. */
  readonly time?: number;
  /** Nanoseconds from one tick to the next. */
  readonly tick?: bigint;
}

const FRAMES = 60;

/** Two bodies that slow down from 1 m/s, for 60 frames of 0.1 s. */
export async function fly(path: string, flaws: Flaws = {}): Promise<string> {
  const recorder = await createRecorder({ path, thread: false });
  const bodies = [1, 2].map((mass) => recorder.table(Body).append({ mass }));
  for (let frame = 0; frame < FRAMES; frame++) recordFrame(recorder, frame, bodies, flaws);
  recorder.endFrame();
  for (let tick = 0n; tick < 3n; tick++) {
    recorder.table(Tick).append({ at: 1_700_000_000_000_000_000n + tick * (flaws.tick ?? 1n) });
    recorder.table(Tick).append({ at: null });
  }
  for (const [agent_id, time] of [
    [0, 5],
    [1, 1],
    [0, 6],
    [1, 2],
  ] as const) {
    recorder.recordStep({ agent_id, timestamp: time, position: [0, 0] }, time, 1);
  }
  await recorder.close();
  return path;
}

function recordFrame(recorder: Recorder, frame: number, bodies: readonly number[], flaws: Flaws): void {
  const { height, speed, energy = 10, time } = flaws;
  recorder.recordFrame(frame === 5 && time !== undefined ? time : frame / 10);
  for (const [i, body_id] of bodies.entries()) {
    const y = frame === 30 && i === 1 && height !== undefined ? height : 0.25;
    const x = frame === FRAMES - 2 && i === 0 && speed !== undefined ? speed : Math.max(0, 1 - frame / 40);
    recorder.table(InertialState).append({ body_id, position: [0, y, 0], velocity: [x, 0, 0], note: null });
  }
  recorder.table(SystemEnergy).append({ total: frame === FRAMES - 1 ? energy : 10 });
}
