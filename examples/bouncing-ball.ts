// Balls that fall, bounce and come to rest: a simulation with tables of its own, one row a ball and frame.
//   simtape record examples/bouncing-ball.ts --agents 5 --seed 3
import type { SimulationOptions } from '../cli/simulation.ts';
import { defineTable, f64, type Recorder, ref, SimulationFrame, u32, utf8, vec2 } from '../src/index.ts';

const Ball = defineTable(
  'ball',
  {
    name: utf8(),
    radius: f64({ unit: 'm' }),
    restitution: f64({ description: 'Speed after a bounce over the speed before it' }),
  },
  { description: 'One row for each ball', static: true },
);

const BallState = defineTable(
  'ball_state',
  {
    // Filled with the open frame's id.
    frame_id: ref(SimulationFrame),
    ball_id: ref(Ball),
    position: vec2({ unit: 'm', description: 'Of the centre; y points up' }),
    velocity: vec2({ unit: 'm/s' }),
    bounces: u32({ description: 'So far' }),
  },
  { description: 'Where each ball is at the end of a frame' },
);

const GRAVITY = 9.81;
const TIME_STEP = 0.01;

export default function simulate(
  recorder: Recorder,
  { steps = 1000, agents = 3, seed = 1, progress }: SimulationOptions,
): void {
  const random = uniform(seed);
  const table = recorder.table(Ball);
  const states = recorder.table(BallState);
  const balls = Array.from({ length: agents }, (_, i) => {
    const radius = 0.05 + 0.1 * random();
    const restitution = 0.5 + 0.4 * random();
    const id = table.append({ name: `ball ${i + 1}`, radius, restitution });
    return { id, radius, restitution, x: 0, y: 1 + 4 * random(), vx: random() - 0.5, vy: 0, bounces: 0 };
  });

  for (let step = 1; step <= steps; step++) {
    recorder.recordFrame(step * TIME_STEP);
    for (const ball of balls) {
      move(ball);
      states.append({
        ball_id: ball.id,
        position: [ball.x, ball.y],
        velocity: [ball.vx, ball.vy],
        bounces: ball.bounces,
      });
    }
    progress(step, steps);
  }
}

/** Semi-implicit Euler; a ball that has sunk into the floor is put back on it and turned round. */
function move(ball: {
  radius: number;
  restitution: number;
  x: number;
  y: number;
  vx: number;
  vy: number;
  bounces: number;
}): void {
  ball.vy -= GRAVITY * TIME_STEP;
  ball.x += ball.vx * TIME_STEP;
  ball.y += ball.vy * TIME_STEP;
  if (ball.y >= ball.radius) return;
  ball.y = ball.radius;
  ball.vy *= -ball.restitution;
  ball.bounces++;
}

/** Numbers in [0, 1) that depend on the seed only: mulberry32 (Tommy Ettinger, public domain). */
function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
