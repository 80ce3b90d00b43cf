import { type GenericFormatter, Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../simulation/messages.ts';
import { count, duration } from '../text/format.ts';

/** How often the bar looks at the progress, in milliseconds. */
const INTERVAL_MS = 100;
const WIDTH = 30;

/** Whether stderr is a terminal on which a bar can be drawn over. */
export function hasRoomForBar(): boolean {
  return process.stderr.isTTY === true && process.env.TERM !== 'dumb';
}

/** A bar on stderr that follows a simulation; until that says how long it is, only the time that has passed. */
export class ProgressBar {
  readonly #bar: SingleBar;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(label: string, progress: Pick<Progress, 'done' | 'total'>) {
    this.#bar = new SingleBar(
      {
        stream: process.stderr,
        format: formatter(label),
        fps: 1000 / INTERVAL_MS,
        clearOnComplete: true,
        hideCursor: true,
        linewrap: false,
        // What passes through is printed over the bar, which then has to come back.
        forceRedraw: true,
        gracefulExit: false,
      },
      Presets.shades_classic,
    );
    this.#bar.start(0, 0);
    this.#timer = setInterval(() => {
      this.#bar.setTotal(progress.total);
      this.#bar.update(Math.min(progress.done, progress.total));
    }, INTERVAL_MS);
  }

  /** Prints other lines in place of the bar, which comes back below them. */
  printAbove(write: () => void): void {
    process.stderr.write('\r\x1b[K');
    write();
    // cli-progress goes back to where it began when it stops, which is here from now on.
    process.stderr.write('\x1b7');
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#bar.stop();
  }
}

function formatter(label: string): GenericFormatter {
  return (options, { total, value, startTime }) => {
    const seconds = (Date.now() - startTime) / 1000;
    if (total === 0) return `${label}  ${duration(seconds)}`;
    const share = value / total;
    const full = Math.round(share * WIDTH);
    const complete = (options.barCompleteString ?? '').slice(0, full);
    const bar = complete + (options.barIncompleteString ?? '').slice(0, WIDTH - full);
    const left = share > 0.02 ? `, ${wait((seconds / share) * (1 - share))} left` : '';
    return `${label}  ${bar}  ${Math.floor(share * 100)} %  ${count(value)} of ${count(total)}${left}`;
  };
}

/** A time to wait, in whole seconds. */
function wait(seconds: number): string {
  return seconds < 60 ? `${Math.ceil(seconds)} s` : duration(seconds);
}
