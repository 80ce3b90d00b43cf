import { SearchingAgent } from './agent.ts';
import { Air } from './air.ts';
import { Coverage } from './coverage.ts';
import type { PlumeOptions } from './options.ts';
import type { EpisodeResult, PlumeEpisodeData, PlumeRecorder, PlumeStepData } from './records.ts';

/**
 * Simulates and records one episode. It ends when every agent has finished; a finished agent records no more
 * steps.
 *
 * @param onStep - called after each recorded step with the number of steps so far
 */
export function runEpisode(
  recorder: PlumeRecorder,
  options: PlumeOptions,
  episode: number,
  onStep: (steps: number) => void,
): EpisodeResult {
  const air = new Air(options, episode);
  const agents = Array.from(
    { length: options.agents },
    (_, k) => new SearchingAgent(options, episode, k, air),
  );
  const coverage = new Coverage(options.arenaLength, options.arenaWidth, options.coverageCell);
  for (const agent of agents) coverage.visit(...agent.position);

  let steps = 0;
  while (agents.some((agent) => agent.termination === null)) {
    recorder.recordStep(advance(agents, air, steps, coverage), steps, episode);
    steps++;
    onStep(steps);
  }

  const data = summarise(agents, steps, coverage);
  recorder.recordEpisode(data, episode);
  return { episode, data };
}

/**
 * One step of the agents that still search: their step dictionary, or theirs by name if there can be several.
 */
function advance(
  agents: readonly SearchingAgent[],
  air: Air,
  step: number,
  coverage: Coverage,
): PlumeStepData | Record<string, PlumeStepData> {
  for (const agent of agents) if (agent.termination === null) agent.decide(air);
  air.advance();
  const byName: Record<string, PlumeStepData> = {};
  for (const [k, agent] of agents.entries()) {
    if (agent.termination !== null) continue;
    const data = agent.move(air, step);
    coverage.visit(...data.position);
    if (agents.length === 1) return data;
    byName[`agent_${k}`] = data;
  }
  return byName;
}

function leadOf(agents: readonly SearchingAgent[]): SearchingAgent {
  const found = agents.filter((agent) => agent.termination === 'success');
  if (found.length > 0) return found.reduce((first, agent) => (agent.time < first.time ? agent : first));
  return agents.reduce((nearest, agent) =>
    agent.distanceToSource < nearest.distanceToSource ? agent : nearest,
  );
}

function summarise(agents: readonly SearchingAgent[], steps: number, coverage: Coverage): PlumeEpisodeData {
  const lead = leadOf(agents);
  const success = lead.termination === 'success';
  return {
    total_steps: steps,
    total_reward: agents.reduce((sum, agent) => sum + agent.reward, 0),
    success,
    final_position: lead.position,
    path_efficiency: lead.pathEfficiency,
    time_to_source: success ? lead.time : null,
    distance_traveled: agents.reduce((sum, agent) => sum + agent.travelled, 0),
    exploration_coverage: coverage.fraction,
    // Every agent has finished when an episode is summarised.
    termination_reason: lead.termination!,
  };
}
