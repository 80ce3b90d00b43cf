import type { RigidBody, World } from '@dimforge/rapier3d-compat';
import type { Recorder, RowOf, Table } from '../../src/index.ts';
import { bodyRow } from './body-row.ts';
import { type ContactBody, ContactReader } from './contacts.ts';
import { EnergySum, type Inertia, inertiaOf } from './energy.ts';
import { MEMORY, MotionReader } from './motion.ts';
import type { RecordedTables } from './options.ts';
import { Roster } from './roster.ts';
import { Body, Contact, InertialState, SystemEnergy } from './tables.ts';

interface Known extends ContactBody {
  readonly inertia: Inertia;
  /** Where its velocities stand in the memory. */
  readonly at: number;
}

/** Records the frames of one world into one recorder. */
export class FrameRecording {
  readonly recorder: Recorder;
  readonly #world: World;
  readonly #roster: Roster;
  readonly #bodies: Table<typeof Body>;
  readonly #states: Table<typeof InertialState>;
  readonly #energies: Table<typeof SystemEnergy> | null;
  readonly #contacts: ContactReader | null;
  readonly #reader = new MotionReader();
  readonly #energy = new EnergySum();
  /** One object for all rows: its vectors are the ones that the reader fills. */
  readonly #row: { -readonly [K in keyof RowOf<typeof InertialState>]: RowOf<typeof InertialState>[K] };
  #known: ReadonlyMap<RigidBody, Known> = new Map();
  #dynamic: readonly Known[] = [];
  #memory = new Float64Array(0);

  /** Registers the bodies that are there. */
  constructor(world: World, recorder: Recorder, tables: Required<RecordedTables>) {
    this.recorder = recorder;
    this.#world = world;
    this.#roster = new Roster(world);
    this.#bodies = recorder.table(Body);
    this.#states = recorder.table(InertialState);
    this.#energies = tables.energy ? recorder.table(SystemEnergy) : null;
    this.#contacts = tables.contacts ? new ContactReader(world, recorder.table(Contact)) : null;
    this.#row = { ...this.#reader.state, frame_id: 0, body_id: 0 };
    this.#register();
  }

  /** After steps that were not recorded: accelerations start from the velocities that the bodies have now. */
  resume(): void {
    this.prepare();
    for (const { body, at } of this.#known.values()) this.#reader.remember(body, this.#memory, at);
  }

  /** Before a step: takes note of bodies that came or went, and of the velocities that new ones start with. */
  prepare(): void {
    if (!this.#roster.isCurrent()) this.#register();
  }

  /**
   * After a step: one frame with the state of every dynamic body.
   * @param time - at the end of the step, s
   * @param dt - duration of the step, s
   */
  record(time: number, dt: number): void {
    // A step can bring bodies too: the pieces of a soft body that tears.
    this.prepare();
    const frame = this.recorder.recordFrame(time);
    const rate = 1 / dt;
    const [row, reader, memory, energy] = [this.#row, this.#reader, this.#memory, this.#energy];
    const { state } = reader;
    const { gravity } = this.#world;
    energy.clear();
    row.frame_id = frame;
    for (const { body, id, at, inertia } of this.#dynamic) {
      reader.read(body, rate, memory, at);
      row.body_id = id;
      row.position = state.position;
      row.velocity = state.velocity;
      row.orientation = state.orientation;
      this.#states.append(row);
      if (this.#energies !== null) energy.add(inertia, state, reader.spin, gravity);
    }
    this.#contacts?.record(frame, this.#known);
    if (this.#energies !== null) this.#recordEnergy(frame);
    this.recorder.endFrame();
  }

  #recordEnergy(frame_id: number): void {
    const { translational, rotational, potential } = this.#energy;
    this.#energies!.append({
      frame_id,
      kinetic_translational: translational,
      kinetic_rotational: rotational,
      potential,
      total: translational + rotational + potential,
    });
  }

  /** Gives new bodies their row, and forgets those that are gone. */
  #register(): void {
    this.#roster.look();
    const { bodies } = this.#roster;
    const memory = new Float64Array(bodies.length * MEMORY);
    const known = new Map<RigidBody, Known>();
    for (const [i, body] of bodies.entries()) {
      const before = this.#known.get(body);
      const at = i * MEMORY;
      if (before !== undefined) memory.set(this.#memory.subarray(before.at, before.at + MEMORY), at);
      else this.#reader.remember(body, memory, at);
      known.set(body, { ...(before ?? this.#introduce(body)), at });
    }
    this.#known = known;
    this.#dynamic = [...known.values()].filter(({ dynamic }) => dynamic);
    this.#memory = memory;
  }

  #introduce(body: RigidBody): Omit<Known, 'at'> {
    const id = this.#bodies.append(bodyRow(body));
    return { body, id, dynamic: body.isDynamic(), inertia: inertiaOf(body) };
  }
}
