import { f64, utf8 } from './columns.ts';
import type { StoredColumn, TablePlan } from './plan.ts';
import { checkColumns } from './table.ts';
import type { Column, TableSchema } from './types.ts';

/** One row a frame; rows of other tables refer to it by `ref(SimulationFrame)`. */
export const SimulationFrame: TableSchema<
  { simulation_time: Column<number, false, false>; wall_clock_time: Column<number, false, false> },
  true
> = Object.freeze({
  name: 'simulation_frame',
  description: 'One row for each frame of the simulation',
  columns: {
    simulation_time: time('simulation', 'Simulation time'),
    wall_clock_time: time('wall', 'Wall-clock time, since the Unix epoch'),
  },
  static: false,
  id: 'id',
  key: null,
  frames: true,
});
checkColumns(SimulationFrame);

/** Why what the policy `drop-oldest` had kept was written: one row for each `recorder.dump(reason)`. */
export const DUMPS: TableSchema<
  { reason: Column<string, false, false>; wall_clock_time: Column<number, false, false> },
  false
> = Object.freeze({
  name: 'dumps',
  description: 'One row for each time that what was kept in memory was written',
  columns: {
    reason: utf8({ description: 'What the simulation gave as the reason' }),
    wall_clock_time: time('wall', 'Wall-clock time, since the Unix epoch'),
  },
  static: true,
  id: 'dump_id',
  key: null,
  frames: false,
});
checkColumns(DUMPS);

function time(clock: 'wall' | 'simulation', description: string): Column<number, false, false> {
  return f64({ unit: 's', clock, description });
}

const number = (name: string, more?: Partial<StoredColumn>): StoredColumn => ({
  name,
  kind: 'f64',
  nullable: true,
  ...more,
});
const part = (name: string, index: number, more?: Partial<StoredColumn>): StoredColumn =>
  number(`${name}_${'xyzw'[index]}`, { vector: { name, part: index }, ...more });

/** Episodes: the first step makes a row, `recordEpisode` completes it. Further fields come as they appear. */
export const EPISODES: TablePlan = {
  name: 'episodes',
  description: 'One row for each episode of a run',
  id: null,
  key: 'episode_id',
  static: true,
  columns: [
    { name: 'episode_id', kind: 'i64', nullable: false, description: 'Number of the episode in its run' },
    number('start_timestamp', {
      nullable: false,
      unit: 's',
      clock: 'wall',
      description: 'Time of the first step, Unix epoch',
    }),
    number('end_timestamp', { unit: 's', clock: 'wall', description: 'Time of the end, Unix epoch' }),
    { name: 'total_steps', kind: 'i64', nullable: true, description: 'Number of steps' },
    number('total_reward', { description: 'Sum of the rewards' }),
    { name: 'success', kind: 'bool', nullable: true },
    { name: 'termination_reason', kind: 'utf8', nullable: true },
    { name: 'metadata', kind: 'json', nullable: true },
  ],
};

/** Steps of episodes. Further fields come as they appear. */
export const STEPS: TablePlan = {
  name: 'steps',
  description: 'One row for each step of an agent in an episode',
  id: 'step_id',
  key: null,
  static: false,
  columns: [
    {
      name: 'episode_id',
      kind: 'i64',
      nullable: false,
      references: { table: 'episodes', column: 'episode_id' },
    },
    { name: 'step_number', kind: 'i64', nullable: false, description: 'Index of the step in its episode' },
    number('timestamp', { unit: 's', clock: 'wall', description: 'Time of the step, Unix epoch' }),
    {
      name: 'agent_id',
      kind: 'i64',
      nullable: true,
      description: 'Number of the agent, where there are several',
    },
    part('position', 0),
    part('position', 1),
    number('orientation', { unit: 'rad', description: 'Heading of the agent' }),
    { name: 'action_data', kind: 'json', nullable: true, description: 'Details of the action' },
    { name: 'observation_data', kind: 'json', nullable: true, description: 'Details of the observation' },
    number('reward'),
  ],
};
