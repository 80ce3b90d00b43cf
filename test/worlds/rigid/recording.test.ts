import { describe, expect, it } from 'vitest';
import { createRecorder } from '../../../src/index.ts';
import { WorldModel } from '../../../worlds/rigid/index.ts';
import { connect, faults, freshPath, one, select } from '../../backends/scratch.ts';
import { addFloor, ball, balls, DT, emptyWorld, rapier, recorded, steps } from './support.ts';

describe('WorldModel recording', () => {
  it('starts when it is enabled, in the middle of a run, with the bodies that exist', () => {
    const model = balls(3);
    steps(model, 30);
    const path = freshPath();
    expect(model.isRecording).toBe(false);
    model.enableRecording(path);
    expect(model.isRecording).toBe(true);
    expect(model.recorder?.path).toBe(path);
    steps(model, 2);
    model.disableRecording();
    const database = connect(path);
    expect(select(database, 'SELECT name FROM body').map(({ name }) => name)).toEqual([
      'ball_0',
      'ball_1',
      'ball_2',
    ]);
    const times = select(database, 'SELECT simulation_time AS t FROM simulation_frame').map(({ t }) => t);
    expect(times).toEqual([expect.closeTo(31 * DT, 12), expect.closeTo(32 * DT, 12)]);
    // The first frame's acceleration is that of its own step, not of all that came before.
    const accelerations = select(database, 'SELECT acceleration_y AS a FROM inertial_state');
    for (const { a } of accelerations) expect(a).toBeCloseTo(-9.81, 3);
  });

  it('stops when it is disabled, and the world goes on', () => {
    const model = balls(1);
    const path = freshPath();
    model.enableRecording(path);
    steps(model, 4);
    model.disableRecording();
    steps(model, 4);
    expect(model.isRecording).toBe(false);
    expect(model.recorder).toBeNull();
    expect(model.simulationTime).toBeCloseTo(8 * DT, 12);
    expect(one(connect(path), 'SELECT count(*) FROM simulation_frame')).toBe(4);
    expect(() => model.disableRecording()).not.toThrow();
  });

  it('makes a frame and a state for each update', () => {
    const query = recorded(balls(1), 5);
    const rows = query('SELECT frame_id, body_id FROM inertial_state ORDER BY id');
    expect(rows).toEqual([1, 2, 3, 4, 5].map((frame_id) => ({ frame_id, body_id: 1 })));
    expect(query('SELECT count(*) AS n FROM simulation_frame')).toEqual([{ n: 5 }]);
    expect(query('SELECT count(*) AS n FROM system_energy')).toEqual([{ n: 5 }]);
  });

  it('records the states of all bodies in one frame', () => {
    const query = recorded(balls(50), 3);
    const frames = query(
      'SELECT count(*) AS n, count(DISTINCT body_id) AS b FROM inertial_state GROUP BY frame_id',
    );
    expect(frames).toEqual([1, 2, 3].map(() => ({ n: 50, b: 50 })));
  });

  it('is verified by a query: what is stored is what Rapier says', () => {
    const model = balls(2);
    const path = freshPath();
    model.enableRecording(path);
    steps(model, 7);
    const expected = model.inertialAssets.map(({ body }) => {
      const [p, v, q] = [body.translation(), body.linvel(), body.rotation()];
      return [p.x, p.y, p.z, v.x, v.y, v.z, q.x, q.y, q.z, q.w];
    });
    model.disableRecording();
    const database = connect(path);
    const columns = `position_x, position_y, position_z, velocity_x, velocity_y, velocity_z,
      orientation_x, orientation_y, orientation_z, orientation_w`;
    const rows = select(
      database,
      `SELECT ${columns} FROM inertial_state WHERE frame_id = 7 ORDER BY body_id`,
    );
    expect(rows.map((row) => Object.values(row))).toEqual(expected);
    const doubles = select(
      database,
      "SELECT name FROM pragma_table_info('inertial_state') WHERE type = 'REAL'",
    );
    expect(doubles).toHaveLength(20);
    expect(faults(database)).toEqual([]);
  });

  it('does not grow over a long run', () => {
    const model = balls(10);
    const path = freshPath();
    model.enableRecording(path, { flushIntervalMs: 10 });
    const allocated: number[] = [];
    for (let part = 0; part < 60; part++) {
      steps(model, 50);
      model.recorder!.flushSync();
      allocated.push(model.recorder!.metrics().buffer.bytesAllocated);
    }
    // 30,000 states are 5 MB; what they pass through stays as small as it was.
    expect(Math.max(...allocated)).toBeLessThan(2 ** 20);
    const metrics = model.recorder!.metrics();
    expect(metrics.tables.inertial_state).toMatchObject({ written: 30_000, pending: 0 });
    model.disableRecording();
    expect(faults(connect(path))).toEqual([]);
  });

  it('writes all pending records when the model is disposed of', () => {
    const path = freshPath();
    {
      using model = balls(5);
      model.enableRecording(path, { flushIntervalMs: 60_000 });
      steps(model, 20);
    }
    expect(one(connect(path), 'SELECT count(*) FROM inertial_state')).toBe(100);
  });

  it('can be enabled again, also on the same path, which gets another run', () => {
    const model = balls(2);
    const [path, other] = [freshPath(), freshPath()];
    for (const place of [path, path, other]) {
      model.enableRecording(place);
      steps(model, 3);
      model.disableRecording();
    }
    const database = connect(path);
    expect(one(database, 'SELECT count(*) FROM runs')).toBe(2);
    const bodies = select(database, 'SELECT run_number, count(*) AS n FROM body GROUP BY 1');
    expect(bodies.map(({ n }) => n)).toEqual([2, 2]);
    expect(one(database, 'SELECT count(*) FROM inertial_state')).toBe(12);
    expect(faults(database)).toEqual([]);
    expect(one(connect(other), 'SELECT min(simulation_time) FROM simulation_frame')).toBeCloseTo(7 * DT, 12);
  });

  it('is refused while it is enabled, and goes on', () => {
    const model = balls(1);
    const path = freshPath();
    model.enableRecording(path);
    const again = () => model.enableRecording(freshPath());
    expect(again).toThrow(expect.objectContaining({ tag: 'InvalidConfig' }));
    expect(again).toThrow(/recording to .*flight\.db already: call disableRecording first/);
    steps(model, 1);
    model.disableRecording();
    expect(one(connect(path), 'SELECT count(*) FROM simulation_frame')).toBe(1);
  });

  it('refuses a path that cannot be opened, and stays disabled', () => {
    const model = balls(1);
    expect(() => model.enableRecording('/no/such/folder/x.db')).toThrow(
      expect.objectContaining({ tag: 'CannotOpen' }),
    );
    expect(model.isRecording).toBe(false);
    model.update(DT);
  });

  it('goes to a recorder of the caller, which stays open, and in which bodies stand once', async () => {
    const model = balls(2);
    const path = freshPath();
    const recorder = await createRecorder({ path });
    for (let part = 0; part < 2; part++) {
      model.recordTo(recorder);
      steps(model, 2);
      model.disableRecording();
      steps(model, 2);
    }
    await recorder.close();
    const database = connect(path);
    expect(one(database, 'SELECT count(*) FROM body')).toBe(2);
    expect(one(database, 'SELECT count(*) FROM inertial_state')).toBe(8);
    // Of the step alone, although the model went on in between.
    expect(one(database, 'SELECT min(acceleration_y) FROM inertial_state')).toBeCloseTo(-9.81, 3);
    model.recordTo(recorder);
    expect(() => model.update(DT)).toThrow(expect.objectContaining({ tag: 'RecorderClosed' }));
  });

  it('follows bodies that come and go, also behind its back', () => {
    const model = balls(2);
    const path = freshPath();
    model.enableRecording(path);
    steps(model, 1);
    const falling = rapier.RigidBodyDesc.dynamic().setLinvel(0, -5, 0).setUserData('late');
    model.addBody(falling.setTranslation(0, 50, 0), ball());
    steps(model, 1);
    // Removed and replaced: the count is the same, and so is the slot.
    model.world.removeRigidBody(model.inertialAssets[0]!.body);
    model.world.createRigidBody(rapier.RigidBodyDesc.dynamic().setAdditionalMass(2).setUserData('heir'));
    steps(model, 1);
    model.disableRecording();
    const database = connect(path);
    const names = select(
      database,
      `SELECT group_concat(name, ' ') AS names FROM (SELECT s.frame_id, b.name FROM inertial_state s
        JOIN body b ON b.id = s.body_id ORDER BY s.frame_id, b.id) GROUP BY frame_id`,
    );
    expect(names.map((row) => row.names)).toEqual([
      'ball_0 ball_1',
      'ball_0 ball_1 late',
      'ball_1 late heir',
    ]);
    // A new body's first acceleration starts from the velocity that it was made with.
    const first = select(
      database,
      'SELECT acceleration_y AS a FROM inertial_state WHERE body_id = 3 LIMIT 1',
    );
    expect(first[0]!.a).toBeCloseTo(-9.81, 3);
    expect(faults(database)).toEqual([]);
  });

  it('records fixed bodies once, without states', () => {
    const world = emptyWorld();
    addFloor(world);
    world.createRigidBody(rapier.RigidBodyDesc.kinematicVelocityBased());
    const model = new WorldModel(world);
    model.addBody(rapier.RigidBodyDesc.dynamic().setTranslation(0, 5, 0), ball());
    expect(model.inertialAssets.map(({ name, mass }) => [name, Math.round(mass)])).toEqual([['body_2', 524]]);
    const query = recorded(model, 2);
    expect(query('SELECT name, motion, shape FROM body')).toEqual([
      { name: 'floor', motion: 'fixed', shape: 'cuboid' },
      { name: 'body_1', motion: 'kinematic_velocity', shape: 'none' },
      { name: 'body_2', motion: 'dynamic', shape: 'ball' },
    ]);
    expect(query('SELECT DISTINCT body_id FROM inertial_state')).toEqual([{ body_id: 3 }]);
  });

  it('refuses a step that is no duration', () => {
    const model = balls(1);
    for (const dt of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => model.update(dt)).toThrow(RangeError);
    }
    expect(model.simulationTime).toBe(0);
  });
});
