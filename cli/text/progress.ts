import { hasRoomForBar, ProgressBar } from '../record/progress-bar.ts';

/** How far some work is; the one who works sets both. */
export interface Amount {
  done: number;
  total: number;
}

/**
 * Shows a bar on stderr while some work goes on, where that is a terminal. Ctrl-C takes it away before it ends all, unless
 * the one who calls has a handler for it, which ends the work.
 */
export async function withProgress<T>(
  label: string,
  quiet: boolean,
  work: (amount: Amount) => Promise<T>,
): Promise<T> {
  const amount: Amount = { done: 0, total: 0 };
  if (quiet || !hasRoomForBar()) return work(amount);
  const bar = new ProgressBar(label, amount);
  const interrupted = () => {
    bar.stop();
    // Nobody listens any more, so that this ends the process as usual.
    process.kill(process.pid, 'SIGINT');
  };
  if (process.listenerCount('SIGINT') === 0) process.once('SIGINT', interrupted);
  try {
    return await work(amount);
  } finally {
    process.off('SIGINT', interrupted);
    bar.stop();
  }
}
