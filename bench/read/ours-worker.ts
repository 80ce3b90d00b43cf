/** Answers a question with our reader: `node ours-worker.ts PATH QUESTION FRAMES`, the result as JSON. */
import { readFileSync } from 'node:fs';
import { openRecording, type Reader, statesAt } from '../../src/read/index.ts';
import { FRAME } from './generate.ts';
import { type Question, RANGE, type Reading } from './reading.ts';

type Answer = Pick<Reading, 'rows' | 'sum'>;

const [path, question, count] = process.argv.slice(2) as [string, Question, string];
const frame = Math.floor(Number(count) * 0.7);

async function ask(reader: Reader): Promise<Answer> {
  if (question === 'at') {
    // A time between two frames: the frame before it counts.
    const moment = await statesAt(reader, (frame + 0.5) * FRAME);
    const rows = moment!.tables.body_state!;
    return { rows: rows.length, sum: rows.reduce((sum, row) => sum + (row.energy as number), 0) };
  }
  const table = reader.table('body_state');
  const columns =
    question === 'column'
      ? await table.columns({ select: ['energy'] })
      : await table.columns({ where: { frame: { from: frame + 1, to: frame + RANGE } } });
  const values = columns.energy!.values as Float64Array;
  return { rows: values.length, sum: values.reduce((sum, value) => sum + value, 0) };
}

/** Numbers that Linux keeps of this process: bytes of memory at its highest, bytes read from files. */
function highest(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024;
}
function bytesRead(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))![1]);
}

async function timed(action: () => Promise<Answer>): Promise<[number, Answer]> {
  const start = performance.now();
  const answer = await action();
  return [(performance.now() - start) / 1000, answer];
}

// What reads this format is loaded with the first recording of it, as the others load theirs before they are asked.
(await openRecording(path)).close();
const before = process.memoryUsage.rss();
const start = bytesRead();
let bytes = 0;
let reader: Reader | undefined;
const [seconds, answer] = await timed(async () => {
  reader = await openRecording(path);
  return ask(reader);
});
bytes = bytesRead() - start;
const memory = (highest() - before) / 1e6;
const [again] = await timed(() => ask(reader!));
reader!.close();
process.stdout.write(JSON.stringify({ seconds, again, bytes, memory, ...answer } satisfies Reading));
