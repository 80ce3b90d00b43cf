import { SimtapeError, show } from '../errors.ts';
import type { Dictionary } from './fields.ts';

/** Keys of agents in a step's dictionary: `agent_0`, `agent_1`, ... */
export const AGENT_KEY: RegExp = /^agent_(\d{1,15})$/;

export function isDictionary(data: unknown): data is Dictionary {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** The keys of a dictionary of agents (`agent_0`, `agent_1`, ...), or null for a plain step. */
export function agentKeys(data: Dictionary): string[] | null {
  const keys = Object.keys(data).filter((key) => AGENT_KEY.test(key));
  if (!keys.some((key) => isDictionary(data[key]))) return null;
  // An agent that is null is not there in this step.
  return keys.filter((key) => data[key] !== null && data[key] !== undefined);
}

export function agentNumber(key: string): number {
  return Number(key.slice('agent_'.length));
}

/** One agent's row: its own fields, and those that stand beside the agents and hold for all. */
export function agentRow(data: Dictionary, agent: string): Dictionary {
  const own = data[agent];
  if (!isDictionary(own)) {
    throw new SimtapeError(
      'InvalidValue',
      `steps: ${agent} is ${show(own)}, not a dictionary as the other agents are`,
      { table: 'steps', column: agent, value: own },
    );
  }
  const row: Record<string, unknown> = {};
  for (const key in data) if (!AGENT_KEY.test(key)) row[key] = data[key];
  return Object.assign(row, own);
}
