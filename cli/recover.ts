import { isSimtapeError } from '../src/index.ts';
import { type RecoverOptions, type RecoverReport, recover as recoverRecording } from '../src/read/index.ts';
import { print } from './output.ts';
import { describe } from './problems.ts';
import { namedRecordings } from './recordings/named.ts';
import { clean, count, shownPath } from './text/format.ts';
import { green, red, yellow } from './text/style.ts';
import { indent, textTable } from './text/table.ts';

/** A recording that was recovered, or one that could not be; `busy` where it is being made, and was not named. */
type Recovered =
  | RecoverReport
  | { readonly path: string; readonly outcome: 'failed' | 'busy'; readonly problem: string };

/** Exit code where rows that may have been confirmed are lost. */
const LOST = 3;

/** `simtape recover`: finishes runs whose process is gone. 0 where nothing is lost, 3 where something is, 1 for a failure. */
export async function recover(
  paths: readonly string[],
  { json = false, ...options }: { json?: boolean; dryRun?: boolean; force?: boolean },
): Promise<number> {
  const { dryRun = false } = options;
  const recovered: Recovered[] = [];
  for (const path of namedRecordings(paths)) {
    const one = await attempt(path, paths.includes(path), options);
    recovered.push(one);
    if (!json) print(`${recovered.length > 1 ? '\n' : ''}${asText(one, dryRun)}`);
  }
  if (json) print(JSON.stringify({ dryRun, recordings: recovered }));
  if (recovered.some((one) => one.outcome === 'failed')) return 1;
  return recovered.some((one) => 'losses' in one && one.losses.length > 0) ? LOST : 0;
}

async function attempt(path: string, isNamed: boolean, options: RecoverOptions): Promise<Recovered> {
  try {
    return await recoverRecording(path, options);
  } catch (error) {
    const isBusy = !isNamed && isSimtapeError(error, 'CannotOpen');
    return { path, outcome: isBusy ? 'busy' : 'failed', problem: describe(error) };
  }
}

function asText(recovered: Recovered, dryRun: boolean): string {
  const path = shownPath(recovered.path);
  if ('problem' in recovered) {
    const what = recovered.outcome === 'busy' ? 'left alone' : red('failed');
    return `${path}  ${what}\n${indent(clean(recovered.problem))}`;
  }
  const { outcome, losses, notes, tables } = recovered;
  if (outcome === 'nothing')
    return `${path}  nothing to do${notes.length > 0 ? `: ${notes.join('; ')}` : ''}`;
  const result = dryRun ? 'can be recovered' : 'recovered';
  const head = losses.length === 0 ? green(`${result}, nothing is lost`) : yellow(`${result}, with losses`);
  const blocks = [`${path}  ${head}`];
  if (tables.length > 0) {
    const rows = tables.map(({ name, inFiles, fromJournal }) => [name, count(inFiles), count(fromJournal)]);
    const columns = [
      { title: 'table' },
      { title: 'rows in files', right: true },
      { title: 'from the journal', right: true },
    ];
    blocks.push(indent(textTable(columns, rows)));
  }
  if (losses.length > 0) blocks.push(indent(`${red('lost')}\n${indent(losses.join('\n'))}`));
  if (notes.length > 0) blocks.push(indent(notes.join('\n')));
  return blocks.join('\n');
}
