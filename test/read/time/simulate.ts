import {
  defineTable,
  enumOf,
  f64,
  i32,
  quat,
  type Recorder,
  ref,
  SimulationFrame,
  vec3,
} from '../../../src/index.ts';

const Body = defineTable('body', { mass: f64() }, { static: true });
const State = defineTable('state', {
  frame_id: ref(SimulationFrame),
  body_id: ref(Body),
  position: vec3({ unit: 'm' }),
  orientation: quat(),
  spin: quat({ unit: '1/s' }),
  heading: f64({ unit: 'rad' }),
  load: f64({ nullable: true }),
  hits: i32(),
  mode: enumOf(['cast', 'surge']),
});
/** Several rows of a body in a frame, or none. */
const Contact = defineTable('contact', {
  frame_id: ref(SimulationFrame),
  body_id: ref(Body),
  impulse: f64(),
});
const Energy = defineTable('energy', { frame_id: ref(SimulationFrame), total: f64() });

export const FRAMES = 300;
export const STEP = 0.25;
/** When the episode's steps begin. */
export const STEPS_FROM = 100;

/** A turn about z, as x, y, z, w. */
export function turnAboutZ(angle: number): number[] {
  return [0, 0, Math.sin(angle / 2), Math.cos(angle / 2)];
}

/** Frames at 0, 0.25, ... whose values say which they are; two episodes whose steps go on side by side. */
export function simulate(recorder: Recorder): void {
  const bodies = [1, 2].map((mass) => recorder.table(Body).append({ mass }));
  for (let i = 0; i < FRAMES; i++) {
    recorder.recordFrame(i * STEP);
    // In another order in every second frame.
    for (const body of i % 2 === 0 ? bodies : bodies.toReversed()) {
      const angle = (i * Math.PI) / 6;
      recorder.table(State).append({
        body_id: body,
        position: [i, body, -i * i],
        // The same rotation with the other sign in every second frame.
        orientation: turnAboutZ(angle).map((x) => (i % 2 === 0 ? x : -x)),
        spin: [i, 0, 0, 1],
        heading: Math.atan2(Math.sin(angle), Math.cos(angle)),
        load: i % 3 === 0 ? null : i,
        hits: i,
        mode: i % 2 === 0 ? 'cast' : 'surge',
      });
    }
    for (let k = 0; k < i % 3; k++) recorder.table(Contact).append({ body_id: bodies[0]!, impulse: i + k });
    recorder.table(Energy).append({ total: 10 * i });
    recorder.endFrame();
    for (const episode of [1, 2]) {
      const agent = (n: number) => ({ position: [i, n], orientation: 0.1 * i });
      recorder.recordStep(
        { agent_0: agent(0), agent_1: agent(1), simulation_time: STEPS_FROM + i * STEP },
        i,
        episode,
      );
    }
  }
}
