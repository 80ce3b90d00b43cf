import type { RigidBody } from '@dimforge/rapier3d-compat';
import { WorldModel } from '../../worlds/rigid/index.ts';
import { figure, type ReportTable, times } from '../report.ts';
import { interleave, median, pairedRatio, type Subject } from '../statistics.ts';

const PLAIN = 'getters';

/** Ways to read the state of all bodies, in ns a body. */
export async function readings(quick: boolean): Promise<ReportTable> {
  const rows: string[][] = [];
  for (const count of [100, 1000]) {
    using model = await WorldModel.create({ bodies: count, seed: 1 });
    for (let i = 0; i < 60; i++) model.update(1 / 60);
    const figures = await interleave(subjects(model), quick ? 15 : 41, 5);
    const peer = figures.get(PLAIN)!;
    for (const [name, ns] of figures) {
      rows.push([
        `${count.toLocaleString('en-US')} bodies, ${name}`,
        figure(median(ns)),
        times(pairedRatio(ns, peer)),
      ]);
    }
  }
  return { caption: 'Reading the state', head: ['', 'ns a body', 'ratio to getters'], rows };
}

function subjects(model: WorldModel): Subject[] {
  const { world } = model;
  const { raw } = world.bodies;
  const bodies = model.inertialAssets.map(({ body }) => body);
  const vectors = [0, 1, 2].map(() => ({ x: 0, y: 0, z: 0 }));
  const [position, velocity, spin] = vectors as [Vector, Vector, Vector];
  const rotation = { x: 0, y: 0, z: 0, w: 0 };
  const buffers = [0, 1, 2, 3].map(() => new Float32Array(16));
  const [a, b, c, d] = buffers as [Float32Array, Float32Array, Float32Array, Float32Array];
  // What is read must be used, or the compiler may leave it out.
  const sink = { sum: 0 };
  const each = (name: string, read: (body: RigidBody) => void): Subject =>
    timed(name, bodies.length, Math.ceil(2000 / bodies.length), () => {
      for (const body of bodies) read(body);
    });
  const whole = (name: string, read: () => void) => timed(name, bodies.length, 1, read);
  return [
    each(PLAIN, (body) => {
      sink.sum += body.translation().x + body.rotation().x + body.linvel().x + body.angvel().x;
    }),
    each('getters into objects of ours', (body) => {
      body.translation(position);
      body.rotation(rotation);
      body.linvel(velocity);
      body.angvel(spin);
      sink.sum += position.x + rotation.x + velocity.x + spin.x;
    }),
    each("the raw set's getters into buffers of ours", ({ handle }) => {
      raw.rbTranslation(handle, a);
      raw.rbRotation(handle, b);
      raw.rbLinvel(handle, c);
      raw.rbAngvel(handle, d);
      sink.sum += a[0]! + b[0]! + c[0]! + d[0]!;
    }),
    each('only whether it sleeps', (body) => {
      if (body.isSleeping()) sink.sum++;
    }),
    whole('takeSnapshot, not decoded', () => {
      sink.sum += world.takeSnapshot().length;
    }),
    whole('one step of the physics', () => world.step()),
  ];
}

type Vector = { x: number; y: number; z: number };

function timed(name: string, bodies: number, repeat: number, run: () => void): Subject {
  const measure = () => {
    const start = performance.now();
    for (let i = 0; i < repeat; i++) run();
    return ((performance.now() - start) * 1e6) / (bodies * repeat);
  };
  return { name, measure };
}
