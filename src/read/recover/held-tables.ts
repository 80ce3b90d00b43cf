import { heldFacts } from '../../backends/parquet/file-metadata.ts';
import type { HeldTable } from '../../backends/parquet/held.ts';
import type { Manifest } from '../../backends/parquet/manifest.ts';
import type { Outcome } from '../../backends/parquet/outcomes.ts';
import type { TablePlan } from '../../schema/plan.ts';
import { readColumns } from '../verify/parquet-file.ts';
import type { CheckedFile } from '../verify/parquet-files.ts';

/** What the files of each table hold, tables in the order of the manifest. */
export async function heldTables(manifest: Manifest, files: readonly CheckedFile[]): Promise<HeldTable[]> {
  const plans = new Map<string, TablePlan>();
  for (const { plan } of manifest.tables) plans.set(plan.name, plan);
  // A file may have columns that the manifest was to name next.
  for (const { plan } of files) {
    const known = plans.get(plan.name);
    if (known === undefined || known.columns.length < plan.columns.length) plans.set(plan.name, plan);
  }
  const tables: HeldTable[] = [];
  for (const plan of plans.values()) {
    const own = files.filter(({ table }) => table === plan.name);
    tables.push(
      await heldTable(
        plan,
        own.sort((a, b) => a.firstCommit - b.firstCommit || a.part - b.part),
      ),
    );
  }
  return tables;
}

async function heldTable(plan: TablePlan, files: readonly CheckedFile[]): Promise<HeldTable> {
  const lastCommits = new Map<number | null, number>();
  let lastPart = 0;
  const outcomes: Outcome[] = [];
  for (const file of files) {
    lastCommits.set(file.episode, Math.max(lastCommits.get(file.episode) ?? 0, file.lastCommit));
    if (file.episode === null) lastPart = Math.max(lastPart, file.part);
    if (plan.name === 'episodes') outcomes.push(...(await outcomesIn(file)));
  }
  return {
    plan,
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    files: files.length,
    lastPart,
    lastCommits,
    facts: heldFacts(files.map(({ said }) => said)),
    outcomes,
  };
}

/** How the episodes in a file ended, as far as it says. */
async function outcomesIn(file: CheckedFile): Promise<Outcome[]> {
  const names = ['episode_id', 'total_reward', 'success'];
  const columns = names.flatMap((name) => file.columns.find((column) => column.name === name) ?? []);
  if (columns.length < names.length) return [];
  const outcomes: Outcome[] = [];
  for await (const { rows, values } of readColumns(file, columns)) {
    const [episodes, rewards, successes] = values;
    for (let row = 0; row < rows; row++) {
      outcomes.push({
        episode: Number(episodes![row]),
        reward: (rewards![row] ?? null) as number | null,
        success: (successes![row] ?? null) as boolean | null,
      });
    }
  }
  return outcomes;
}
