import type { ReadStream, WriteStream } from 'node:tty';
import type { ColourDepth } from '../../src/plot/index.ts';
import { type Moment, type Reader, type Replay, replay } from '../../src/read/index.ts';
import { exitCodeOf, type StopSignal } from '../simulation/stopper.ts';
import { clean } from '../text/format.ts';
import { type Action, actionsOf, HELP } from './keys.ts';
import { nothingToPlay, type Part, type ReplayFlags } from './playlist.ts';
import { Screen } from './screen.ts';
import { MomentView } from './view.ts';

/** Pictures a second at most. */
const RATE = 30;
/** Seconds that an arrow skips at speed 1. */
const JUMP = 1;
const [SLOWEST, FASTEST] = [1 / 64, 4096];
/** Lines of what stays on the terminal afterwards. */
const LEFT_BEHIND = 24;

/**
 * Plays parts of a recording on a terminal.
 * @returns the exit code, and what is left on the terminal: the last moment
 */
export async function playLive(
  reader: Reader,
  parts: readonly Part[],
  flags: ReplayFlags,
  output: WriteStream,
  input: ReadStream,
): Promise<{ readonly code: number; readonly last: string }> {
  const player = new Player(reader, parts, flags, output, input);
  try {
    await player.play();
  } finally {
    player[Symbol.dispose]();
  }
  return { code: player.code, last: player.last() };
}

class Player implements Disposable {
  readonly #reader: Reader;
  readonly #parts: readonly Part[];
  readonly #flags: ReplayFlags;
  readonly #screen: Screen;
  readonly #depth: ColourDepth;
  #speed: number;
  #replay: Replay | null = null;
  #view: MomentView | null = null;
  #part: Part = {};
  #moment: Moment | null = null;
  /** Seconds between the last two moments. */
  #interval = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  /** Draws a moment that came too soon after the one before. */
  #later: NodeJS.Timeout | undefined;
  #isQuitting = false;
  code = 0;

  constructor(
    reader: Reader,
    parts: readonly Part[],
    flags: ReplayFlags,
    output: WriteStream,
    input: ReadStream,
  ) {
    this.#reader = reader;
    this.#parts = parts;
    this.#flags = flags;
    this.#speed = flags.speed ?? 1;
    this.#depth = output.getColorDepth() as ColourDepth;
    const onKeys = (text: string) => {
      for (const action of actionsOf(text)) this.#act(action);
    };
    this.#screen = new Screen(output, input, onKeys, (signal) => this.#quit(signal));
  }

  async play(): Promise<void> {
    do {
      let played = 0;
      for (const part of this.#parts) {
        played += await this.#playPart(part);
        if (this.#isQuitting) return;
      }
      if (this.#moment === null) throw nothingToPlay(this.#flags);
      if (played === 0) return;
    } while (this.#flags.loop);
  }

  /** The last moment, for a terminal that is not drawn on any more. */
  last(): string {
    return this.#lines(Math.min(this.#screen.rows, LEFT_BEHIND)).join('\n');
  }

  [Symbol.dispose](): void {
    this.#cancelLater();
    this.#screen[Symbol.dispose]();
  }

  async #playPart(part: Part): Promise<number> {
    let played = 0;
    this.#part = part;
    const tables = part.tables ?? (part.episode === undefined ? undefined : ['steps']);
    this.#view = await MomentView.of(this.#reader, tables, this.#depth);
    this.#replay = replay(this.#reader, { ...part, speed: this.#speed, late: 'skip' });
    if (this.#isQuitting) return played;
    for await (const moment of this.#replay) {
      played++;
      const passed = moment.time - (this.#moment?.time ?? moment.time);
      if (passed > 0) this.#interval = passed;
      this.#moment = moment;
      this.#view.take(moment);
      if (this.#replay.isPaused || performance.now() - this.#shownAt >= 1000 / RATE) await this.#show();
      // The next moment may be long in coming.
      else this.#later ??= setTimeout(() => void this.#show(), 1000 / RATE);
    }
    await this.#show();
    return played;
  }

  #act(action: Action): void {
    const player = this.#replay;
    if (action === 'quit' || action === 'interrupt') this.#quit(action === 'quit' ? null : 'SIGINT');
    if (player === null || this.#isQuitting) return;
    const time = player.time ?? 0;
    if (action === 'pause') {
      if (player.isPaused) player.resume();
      else player.pause();
    } else if (action === 'faster' || action === 'slower') {
      const speed = this.#speed * (action === 'faster' ? 2 : 0.5);
      this.#speed = Math.min(FASTEST, Math.max(SLOWEST, speed));
      player.speed = this.#speed;
    } else if (action === 'next') void player.return();
    else if (player.isPaused && action === 'forward') player.step();
    else {
      this.#view?.forget();
      // Half a moment back is the one before.
      const back = player.isPaused ? this.#interval / 2 : JUMP * this.#speed;
      if (action === 'start') player.seek(Number.NEGATIVE_INFINITY);
      else player.seek(action === 'back' ? time - back : time + JUMP * this.#speed);
    }
    void this.#show();
  }

  #quit(signal: StopSignal | null): void {
    this.#isQuitting = true;
    if (signal !== null) this.code = exitCodeOf(signal);
    void this.#replay?.return();
  }

  #show(): Promise<void> {
    this.#cancelLater();
    this.#shownAt = performance.now();
    return this.#screen.show(this.#lines(this.#screen.rows, HELP));
  }

  #cancelLater(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
  }

  #lines(rows: number, help?: string): string[] {
    const moment = this.#moment;
    if (moment === null || this.#view === null) return ['reading'];
    const { columns } = this.#screen;
    const head = [
      clean(this.#part.run ?? ''),
      this.#part.episode === undefined ? `frame ${moment.frame}` : `episode ${this.#part.episode}`,
      `${moment.time.toFixed(3)} s`,
      `x${Number(this.#speed.toPrecision(3))}`,
      ...(this.#replay?.isPaused ? ['paused'] : []),
    ].join(' · ');
    const rest = help === undefined ? [] : [help.slice(0, columns)];
    return [
      head.slice(0, columns),
      ...this.#view.lines(moment, columns, Math.max(1, rows - 1 - rest.length)),
      ...rest,
    ];
  }
}
