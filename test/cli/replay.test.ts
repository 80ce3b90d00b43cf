import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionsOf } from '../../cli/replay/keys.ts';
import { MomentView } from '../../cli/replay/view.ts';
import { framesOf, openRecording } from '../../src/read/index.ts';
import { Cli, root } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());
beforeAll(async () => {
  const plume = ['plume', '--episodes', '3', '--steps', '40', '--agents', '2', '--seed', '1'];
  await cli.run(['record', ...plume, '--path', 'plume.db']);
  await cli.run(['record', 'rigid', '--bodies', '3', '--steps', '60', '--path', 'fall']);
});

interface Line {
  run_id: string;
  frame?: number;
  episode?: number;
  time: number;
  steps?: unknown[];
  inertial_state?: unknown[];
}

async function played(...args: string[]): Promise<Line[]> {
  const { code, stdout, stderr } = await cli.run(['replay', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('simtape replay, where there is no terminal', () => {
  it('prints the steps of all episodes, one moment a line', async () => {
    const lines = await played('plume.db');
    expect(lines.map(({ episode }) => episode)).toEqual([1, 2, 3].flatMap((one) => Array(40).fill(one)));
    expect(lines[0]).toMatchObject({
      run_id: expect.stringMatching(/^run_/),
      time: 0.1,
      steps: [{ agent_id: 0 }, { agent_id: 1 }],
    });
  });

  it('prints frames of a span of time, with the tables that are named', async () => {
    const lines = await played('fall', '--from', '0.5', '--to', '0.6', '--table', 'inertial_state');
    expect(lines.map(({ frame }) => frame)).toEqual([30, 31, 32, 33, 34, 35, 36]);
    expect(Object.keys(lines[0]!)).toEqual(['run_id', 'frame', 'time', 'inertial_state']);
    expect(lines[0]!.inertial_state).toHaveLength(3);
  });

  it('stops where nobody reads any more, though it plays for ever', async () => {
    const { child, printed, done } = cli.start(['replay', 'plume.db', '--loop', '--episode', '2']);
    await printed('"episode":2');
    child.stdout!.destroy();
    expect((await done).code).toBe(0);
  });

  it.each([
    [['--speed', '0'], 2, /--speed takes a number above 0, not '0'/],
    [['--from', 'x'], 2, /--from takes seconds of simulation, not 'x'/],
    [['--table', 'nope', '--episode', '1'], 1, /table nope has no steps of an episode/],
    [['--run', 'nope'], 1, /there is no run nope/],
    [['--episode', '2,9'], 1, /there is no episode 9; there are 1-3/],
    [['--from', '100'], 1, /there is nothing to play from 100 s on/],
  ] as const)('says what is wrong with %j', async (flags, code, message) => {
    const done = await cli.run(['replay', 'plume.db', ...flags]);
    expect(done).toMatchObject({ code, stdout: '' });
    expect(done.stderr).toMatch(message);
  });
});

describe('the view of a moment', () => {
  it('shows agents from above with their ways, and values with units', async () => {
    using reader = await openRecording(cli.path('plume.db'));
    const view = await MomentView.of(reader, ['steps'], 1);
    const moments = await Array.fromAsync(framesOf(reader, { episode: 1 }));
    for (const moment of moments) view.take(moment);
    const lines = view.lines(moments.at(-1)!, 100, 20);
    expect(lines).toHaveLength(20);
    expect(lines[0]).toMatch(/^┌ position_x .* to .* · position_y .* to .* ─*┐ {2}steps, first of 2$/);
    const text = lines.join('\n');
    expect(text.match(/●/g)).toHaveLength(2);
    expect(text).toMatch(/orientation -?[\d.]+ rad/);
    expect(text).toMatch(/[\u2801-\u28ff]/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('shows bodies from the side', async () => {
    using reader = await openRecording(cli.path('fall'));
    const view = await MomentView.of(reader, undefined, 1);
    const heights: number[] = [];
    for await (const moment of framesOf(reader)) {
      view.take(moment);
      heights.push(view.lines(moment, 60, 16).findIndex((line) => line.includes('●')));
    }
    // They fall.
    expect(heights[0]).toBeLessThan(heights.at(-1)!);
  });
});

it('tells keys apart that come at once', () => {
  expect(actionsOf(' \u001b[C\u001bOD\u001b[A-q')).toEqual([
    'pause',
    'forward',
    'back',
    'faster',
    'slower',
    'quit',
  ]);
  expect(actionsOf('x\u001b[5~')).toEqual([]);
  expect(actionsOf('\u0003')).toEqual(['interrupt']);
});

/** `script` of util-linux gives a program a terminal. */
const hasTerminal = (spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '').includes(
  'util-linux',
);

describe.skipIf(!hasTerminal)('on a terminal', () => {
  const ENTER = '\u001b[?1049h';
  const LEAVE = '\u001b[?1049l';

  class Terminal {
    readonly child: ChildProcess;
    output = '';
    readonly #ended: Promise<number | null>;
    #look: () => void = () => {};

    constructor(...args: string[]) {
      const words = [
        join(root, 'node_modules', '.bin', 'node'),
        join(root, 'cli', 'main.ts'),
        'replay',
        ...args,
      ];
      const command = `echo pid=$$; exec ${words.map((word) => `'${word}'`).join(' ')}`;
      this.child = spawn('script', ['-qefc', command, '/dev/null'], { cwd: cli.folder });
      this.#ended = new Promise((resolve) => {
        this.child.on('close', resolve);
      });
      this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.#look();
      });
    }

    type(keys: string): void {
      this.child.stdin!.write(keys);
    }

    /** Resolves once the terminal has shown a text after what was there before. */
    async shown(text: string): Promise<void> {
      const from = this.output.length;
      const seen = new Promise<void>((resolve) => {
        this.#look = () => {
          if (this.output.indexOf(text, from) >= 0) resolve();
        };
        this.#look();
      });
      const ended = this.#ended.then(() =>
        Promise.reject(new Error(`ended without ${text}: ${this.output}`)),
      );
      await Promise.race([seen, ended]);
    }

    async end(): Promise<number | null> {
      const code = await this.#ended;
      expect(this.output.split(ENTER)).toHaveLength(2);
      expect(this.output.split(LEAVE)).toHaveLength(2);
      expect(this.output.indexOf(LEAVE)).toBeGreaterThan(this.output.indexOf(ENTER));
      // The cursor is there again.
      expect(this.output.lastIndexOf('\u001b[?25h')).toBeGreaterThan(this.output.lastIndexOf('\u001b[?25l'));
      return code;
    }
  }

  it('pauses, steps, goes to the next episode and quits', async () => {
    const terminal = new Terminal('plume.db', '--speed', '0.0001');
    await terminal.shown('episode 1');
    terminal.type(' ');
    await terminal.shown('paused');
    terminal.type('\u001b[C');
    await terminal.shown('0.200 s');
    terminal.type('\u001b[D');
    await terminal.shown('0.100 s');
    terminal.type('n');
    await terminal.shown('episode 2');
    terminal.type('q');
    expect(await terminal.end()).toBe(0);
  });

  it('plays to the end, and leaves the last moment on the terminal', async () => {
    const terminal = new Terminal('plume.db', '--speed', '200');
    expect(await terminal.end()).toBe(0);
    expect(terminal.output.slice(terminal.output.indexOf(LEAVE))).toContain('episode 3 · 4.000 s');
  });

  it('is ended by Ctrl-C', async () => {
    const terminal = new Terminal('fall', '--speed', '0.0001');
    await terminal.shown('frame 1');
    terminal.type('\u0003');
    expect(await terminal.end()).toBe(130);
  });

  it('is ended by a signal', async () => {
    const terminal = new Terminal('fall', '--loop');
    await terminal.shown('frame');
    process.kill(Number(/pid=(\d+)/.exec(terminal.output)![1]), 'SIGTERM');
    expect(await terminal.end()).toBe(143);
  });
});
