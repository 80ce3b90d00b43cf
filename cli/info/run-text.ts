import { bigintsAsNumbers } from '../../src/backends/exact-json.ts';
import type { Run } from '../../src/read/index.ts';
import { invocation } from '../invocation.ts';
import { shownState } from '../ls.ts';
import { clean, counted, duration, localTime, nearPath, shellWord, shortened } from '../text/format.ts';
import { bold, dim } from '../text/style.ts';
import { indent, textList } from '../text/table.ts';

/** Longest configuration or metadata that is shown; `--json` has all of it. */
const LONGEST = 300;

/**
 * What is known of a run.
 * @param path of its recording, where `recover` would finish it, else null
 */
export function runText(run: Run, path: string | null): string {
  const { provenance, configuration, configurationHash, metadata } = run;
  const list: [string, string][] = [
    ['world', `${text(run.world ?? 'not named')}${run.seed === null ? '' : `, seed ${text(run.seed)}`}`],
    ['started', localTime(run.startTimestamp)],
    [run.state === 'ended' ? 'ended' : 'state', end(run, path)],
    ['recorded', recorded(run)],
  ];
  if (!isEmpty(configuration)) {
    list.push(['configuration', json(configuration)]);
    list.push(['configuration hash', text(configurationHash ?? 'none')]);
  }
  if (!isEmpty(metadata)) list.push(['metadata', json(metadata)]);
  list.push(['git commit', text(provenance.gitCommit ?? 'none')]);
  list.push(['versions', versions(provenance.versions)]);
  list.push([
    'host',
    [provenance.host, provenance.platform]
      .filter((part) => part != null)
      .map(text)
      .join(', '),
  ]);
  return `${bold(`run ${text(run.runId)}`)}\n${indent(textList(list))}`;
}

function recorded({ episodes, steps, frames }: Run): string {
  const parts = [
    ...(episodes > 0 ? [counted(episodes, 'episode')] : []),
    ...(steps > 0 ? [counted(steps, 'step row')] : []),
    ...(frames > 0 ? [counted(frames, 'frame')] : []),
  ];
  return parts.length === 0 ? 'no episodes, steps or frames' : parts.join(', ');
}

function end({ state, startTimestamp, endTimestamp }: Run, path: string | null): string {
  if (endTimestamp !== null) {
    return `${localTime(endTimestamp)}, after ${duration(endTimestamp - startTimestamp)}`;
  }
  if (state === 'recording') return `${shownState(state)}, a process is writing it`;
  const more = path === null ? '' : `; ${invocation()} recover ${shellWord(nearPath(path))} finishes it`;
  const why = `its process is gone; what it committed is here${more}`;
  return `${shownState(state)}, ${why}`;
}

function versions(of: unknown): string {
  if (typeof of !== 'object' || of === null) return 'unknown';
  return Object.entries(of)
    .map(([name, version]) => `${text(name)} ${text(version)}`)
    .join(', ');
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || Object.keys(value).length === 0;
}

function json(value: unknown): string {
  const whole = clean(JSON.stringify(value, bigintsAsNumbers));
  return whole.length <= LONGEST ? whole : `${shortened(whole, LONGEST)} ${dim('(--json shows all)')}`;
}

function text(value: unknown): string {
  return clean(String(value));
}
