import { ProgressBar } from '../record/progress-bar.ts';

/** How far some work is; the one who works sets both. */
export interface Amount {
  done: number;
  total: number;
}

/** Shows a bar on stderr while some work goes on, where that is a terminal. */
export async function withProgress<T>(
  label: string,
  quiet: boolean,
  work: (amount: Amount) => Promise<T>,
): Promise<T> {
  const amount: Amount = { done: 0, total: 0 };
  const bar = process.stderr.isTTY && !quiet ? new ProgressBar(label, amount) : null;
  try {
    return await work(amount);
  } finally {
    bar?.stop();
  }
}
