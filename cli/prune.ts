import { statSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { isRunFolder } from '../src/read/find.ts';
import { print, tell } from './output.ts';
import { describe, Failure, UsageError } from './problems.ts';
import { type Chosen, type Criteria, choose } from './prune/choose.ts';
import { findLeftovers } from './prune/leftovers.ts';
import { lookAtAll } from './prune/recordings.ts';
import { type Outcome, removeFolder, removeRecording } from './prune/remove.ts';
import { amountText, type Plan, planText } from './prune/text.ts';
import { shellWord, shownPath } from './text/format.ts';

interface PruneFlags extends Criteria {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Asks the user; null where there is nobody to ask. */
type Ask = (question: string) => Promise<boolean> | null;

/** `simtape prune`: deletes recordings, and what was left behind, once the user has said yes. */
export async function prune(folder: string, flags: PruneFlags, ask: Ask = askInTerminal): Promise<number> {
  const { dryRun = false, yes = false, json = false } = flags;
  refuseOthers(folder);
  const plan = await planFor(folder, flags);
  const amount = plan.recordings.length + plan.leftovers.length;
  if (!json) print(planText(plan));
  const isSure = amount > 0 && !dryRun && (yes || (await sure(plan, json ? () => null : ask)));
  const failures = isSure ? await carryOut(folder, plan) : [];
  if (json) print(JSON.stringify({ folder, dryRun, deleted: isSure, ...plan, failures }));
  else if (isSure) print(`deleted ${amountText(gone(plan, failures))}`);
  else if (amount > 0) print('nothing was deleted');
  for (const { path, why } of failures) tell(`${shownPath(path)} was not deleted: ${why}`);
  return failures.length === 0 ? 0 : 1;
}

/** A folder of recordings is pruned, not a recording. */
function refuseOthers(folder: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) throw new Failure(`there is no folder ${folder}`);
  if (stats.isDirectory() && !isRunFolder(folder)) return;
  const by = stats.isDirectory() ? 'rm -r' : 'rm';
  throw new Failure(
    `${folder} is ${stats.isDirectory() ? 'the folder of one run' : 'a file'}: prune takes a folder of recordings; to delete this one: ${by} ${shellWord(folder)}`,
  );
}

async function planFor(folder: string, criteria: Criteria): Promise<Plan> {
  const { found, leftAlone } = await lookAtAll(folder);
  const recordings = choose(found, criteria, Date.now() / 1000);
  return { recordings, leftovers: findLeftovers(folder), leftAlone, kept: found.length - recordings.length };
}

async function sure(plan: Plan, ask: Ask): Promise<boolean> {
  const answer = ask(`delete ${amountText(plan)}? [y/N] `);
  if (answer !== null) return answer;
  throw new UsageError(
    'there is no terminal to ask in: say --yes to delete these, or --dry-run to only list them',
  );
}

interface Failed {
  readonly path: string;
  readonly why: string;
}

async function carryOut(folder: string, { recordings, leftovers }: Plan): Promise<Failed[]> {
  const failures: Failed[] = [];
  const attempt = async (path: string, remove: () => Promise<Outcome> | Outcome) => {
    const why = await Promise.resolve()
      .then(remove)
      .catch((error: unknown) => describe(error));
    if (why !== null) failures.push({ path, why });
  };
  for (const one of recordings) await attempt(one.path, () => removeRecording(folder, one));
  for (const { path } of leftovers) {
    await attempt(path, () => {
      removeFolder(path);
      return null;
    });
  }
  return failures;
}

/** What was deleted in the end. */
function gone(
  { recordings, leftovers }: Plan,
  failures: readonly Failed[],
): Pick<Plan, 'recordings' | 'leftovers'> {
  const isGone = ({ path }: { readonly path: string }) => !failures.some((failed) => failed.path === path);
  return { recordings: recordings.filter((one: Chosen) => isGone(one)), leftovers: leftovers.filter(isGone) };
}

function askInTerminal(question: string): Promise<boolean> | null {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  return new Promise((resolve) => {
    // Ctrl-C and Ctrl-D are a no.
    lines.once('close', () => resolve(false));
    void lines.question(question).then(
      (answer) => {
        resolve(/^y(es)?$/i.test(answer.trim()));
        lines.close();
      },
      () => resolve(false),
    );
  });
}
