import { type CompareOptions, compareRecordings } from '../src/read/index.ts';
import { comparisonText } from './compare/text.ts';
import { print, tell } from './output.ts';
import { describe } from './problems.ts';
import { openNamed } from './recordings/locate.ts';
import { exact } from './text/json.ts';
import { withProgress } from './text/progress.ts';

interface CompareFlags {
  readonly tolerance?: number;
  readonly relative?: number;
  readonly table?: readonly string[];
  readonly ignore?: readonly string[];
  readonly wallClock?: boolean;
  readonly runA?: string;
  readonly runB?: string;
  readonly json?: boolean;
}

/** Exit codes, as of `diff`. */
const EQUAL = 0;
const DIFFERENT = 1;
const TROUBLE = 2;

/** `simtape compare`: where two runs part. */
export async function compare(a: string, b: string, flags: CompareFlags): Promise<number> {
  try {
    using left = await openNamed(a);
    using right = await openNamed(b);
    for (const note of [...left.notes, ...right.notes]) tell(`note: ${note}`);
    const [runA, runB] = [flags.runA ?? onlyRun(left.runs()), flags.runB ?? onlyRun(right.runs())];
    const comparison = await withProgress('comparing', flags.json ?? false, (amount) =>
      compareRecordings(left, right, {
        ...optionsOf(flags),
        ...(runA === null || runB === null ? {} : { run: [runA, runB] }),
        onProgress: ({ rows, totalRows }) => {
          amount.done = rows;
          amount.total = totalRows;
        },
      }),
    );
    print(flags.json ? JSON.stringify(comparison, exact) : comparisonText(comparison));
    return comparison.equal ? EQUAL : DIFFERENT;
  } catch (error) {
    tell(describe(error));
    return TROUBLE;
  }
}

function optionsOf({
  tolerance = 0,
  relative = 0,
  table,
  ignore,
  wallClock = false,
}: CompareFlags): CompareOptions {
  return {
    tolerance: { absolute: tolerance, relative },
    wallClock,
    ...(table === undefined ? {} : { tables: table }),
    ...(ignore === undefined ? {} : { ignore }),
  };
}

/** The id of the one run of a recording; null where there are several, of which one is to be named. */
function onlyRun(runs: readonly { readonly runId: string }[]): string | null {
  return runs.length === 1 ? runs[0]!.runId : null;
}
