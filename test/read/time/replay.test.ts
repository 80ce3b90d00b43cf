import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Moment,
  openRecording,
  type Reader,
  type Replay,
  type ReplayClock,
  type ReplayOptions,
  replay,
} from '../../../src/read/index.ts';
import { record, rejection } from '../../backends/scratch.ts';
import { refusal } from '../../support/errors.ts';
import { BACKENDS, ENDINGS } from '../backends.ts';
import { folderForFile } from '../shared-folder.ts';
import { FRAMES, STEP, STEPS_FROM, simulate } from './simulate.ts';

const MS = STEP * 1000;
const folder = folderForFile();
const pathOf = (backend: keyof typeof ENDINGS) => join(folder, `flight-${backend}${ENDINGS[backend]}`);

beforeAll(async () => {
  for (const backend of BACKENDS) await record(pathOf(backend), simulate, { backend });
});

/** Time passes where somebody sleeps, or where a test says so; timers are late by some milliseconds. */
class TestClock implements ReplayClock {
  ms = 1000;
  sleeps = 0;
  readonly late: number;

  constructor(late = 0) {
    this.late = late;
  }

  now(): number {
    return this.ms;
  }

  async sleep(ms: number): Promise<void> {
    this.sleeps++;
    this.ms += ms + this.late;
  }
}

/** A clock whose sleepers are woken by the signal only. */
class StoppedClock implements ReplayClock {
  #sleeping = Promise.withResolvers<void>();

  now(): number {
    return 0;
  }

  /** Resolves when somebody sleeps. */
  get sleeping(): Promise<void> {
    return this.#sleeping.promise;
  }

  async sleep(_: number, signal: AbortSignal): Promise<void> {
    this.#sleeping.resolve();
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    this.#sleeping = Promise.withResolvers();
  }
}

async function withReplay(
  options: ReplayOptions,
  use: (moments: Replay) => Promise<void>,
  backend: (typeof BACKENDS)[number] = 'sqlite',
): Promise<void> {
  using reader: Reader = await openRecording(pathOf(backend));
  const moments = replay(reader, {
    tables: options.episode === undefined ? ['energy'] : ['steps'],
    ...options,
  });
  await use(moments);
  await moments.return();
}

/** The next moments, with when they came. */
async function take(moments: Replay, clock: TestClock, count: number): Promise<[time: number, ms: number][]> {
  const taken: [number, number][] = [];
  for (let i = 0; i < count; i++) {
    const { value } = await moments.next();
    taken.push([(value as Moment).time, clock.now() - 1000]);
  }
  return taken;
}

describe.each(BACKENDS)('%s', (backend) => {
  it.each([1, 2, 0.1])('gives frames when they are due, at speed %d', async (speed) => {
    const clock = new TestClock();
    await withReplay(
      { clock, speed, from: 1, to: 2 },
      async (moments) => {
        const wanted = [1, 1.25, 1.5, 1.75, 2].map((time, i) => [time, expect.closeTo((i * MS) / speed, 6)]);
        expect(await take(moments, clock, 5)).toEqual(wanted);
        expect(await moments.next()).toEqual({ done: true, value: undefined });
        expect(await moments.next()).toEqual({ done: true, value: undefined });
      },
      backend,
    );
  });

  it('gives the steps of an episode', async () => {
    const clock = new TestClock();
    await withReplay(
      { clock, episode: 2, to: STEPS_FROM + 0.5 },
      async (moments) => {
        const found: Moment[] = await Array.fromAsync(moments);
        expect(
          found.map(({ frame, time, tables }) => [frame, time - STEPS_FROM, tables.steps!.length]),
        ).toEqual([
          [null, 0, 2],
          [null, 0.25, 2],
          [null, 0.5, 2],
        ]);
        expect(clock.now()).toBe(1500);
      },
      backend,
    );
  });

  it('goes to another time', async () => {
    const clock = new TestClock();
    await withReplay(
      { clock, from: 1 },
      async (moments) => {
        await take(moments, clock, 2);
        moments.seek(20.1);
        expect(await take(moments, clock, 2)).toEqual([
          [20, 250],
          [20.25, 500],
        ]);
        moments.seek(0);
        expect(await take(moments, clock, 2)).toEqual([
          [1, 500],
          [1.25, 750],
        ]);
        moments.seek(1e9);
        expect(await take(moments, clock, 1)).toEqual([[(FRAMES - 1) * STEP, 750]]);
        expect((await moments.next()).done).toBe(true);
      },
      backend,
    );
  });
});

it('does not drift where timers are late', async () => {
  const clock = new TestClock(7);
  await withReplay({ clock }, async (moments) => {
    const taken = await take(moments, clock, FRAMES);
    for (const [time, ms] of taken.slice(1)) expect(ms - time * 1000).toBe(7);
  });
});

it('does not drift where moments are taken a little late', async () => {
  const clock = new TestClock();
  await withReplay({ clock }, async (moments) => {
    for (let i = 0; i < 50; i++) {
      const [[time, ms]] = (await take(moments, clock, 1)) as [[number, number]];
      expect(ms - time * 1000).toBe(i === 0 ? 0 : 1);
      clock.ms += MS + 1 - (i === 0 ? 0 : 1);
    }
  });
});

it('waits for one that is slow, and leaves nothing out', async () => {
  const clock = new TestClock();
  await withReplay({ clock, late: 'wait' }, async (moments) => {
    await take(moments, clock, 2);
    clock.ms += 10 * MS;
    // The one that was due comes at once, those behind it in their pace.
    expect(await take(moments, clock, 3)).toEqual([
      [0.5, 11 * MS],
      [0.75, 12 * MS],
      [1, 13 * MS],
    ]);
  });
});

it('leaves out what is late for one that is slow', async () => {
  const clock = new TestClock();
  await withReplay({ clock, late: 'skip' }, async (moments) => {
    await take(moments, clock, 2);
    clock.ms += 10 * MS + 60;
    expect(await take(moments, clock, 3)).toEqual([
      [11 * STEP, 11 * MS + 60],
      [12 * STEP, 12 * MS],
      [13 * STEP, 13 * MS],
    ]);
    clock.ms += 1e7;
    expect(await take(moments, clock, 1)).toEqual([[(FRAMES - 1) * STEP, 13 * MS + 1e7]]);
    expect((await moments.next()).done).toBe(true);
  });
});

it('begins again at the end, in the same pace', async () => {
  const clock = new TestClock();
  await withReplay({ clock, from: 1, to: 1.5, loop: true }, async (moments) => {
    const taken = await take(moments, clock, 8);
    expect(taken.map(([time]) => time)).toEqual([1, 1.25, 1.5, 1, 1.25, 1.5, 1, 1.25]);
    expect(taken.map(([, ms]) => ms)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((i) => i * MS));
  });
  await withReplay({ clock, from: 1e6, loop: true }, async (moments) => {
    expect((await moments.next()).done).toBe(true);
  });
});

it('stands still while it is paused, but for steps', async () => {
  const clock = new TestClock();
  await withReplay({ clock }, async (moments) => {
    expect(moments.time).toBeNull();
    await take(moments, clock, 2);
    expect([moments.time, moments.isPaused]).toEqual([0.25, false]);
    moments.pause();
    expect(moments.isPaused).toBe(true);
    const { sleeps } = clock;
    const stepped = moments.next();
    moments.step();
    expect((await stepped).value).toMatchObject({ time: 0.5 });
    moments.step();
    expect(await take(moments, clock, 1)).toEqual([[0.75, MS]]);
    moments.seek(10);
    expect(await take(moments, clock, 1)).toEqual([[10, MS]]);
    // None of them waited for its time.
    expect(clock.sleeps).toBe(sleeps);
    clock.ms += 5000;
    const resumed = moments.next();
    moments.resume();
    moments.resume();
    expect((await resumed).value).toMatchObject({ time: 10.25 });
    expect(clock.now() - 1000).toBe(MS + 5000 + MS);
  });
});

it('is woken from its wait', async () => {
  const clock = new StoppedClock();
  await withReplay({ clock }, async (moments) => {
    await moments.next();
    let next = moments.next();
    await clock.sleeping;
    moments.step();
    expect((await next).value).toMatchObject({ time: 0.25 });
    next = moments.next();
    await clock.sleeping;
    moments.seek(3);
    expect((await next).value).toMatchObject({ time: 3 });
    next = moments.next();
    await clock.sleeping;
    moments.pause();
    moments.resume();
    moments.speed = Number.POSITIVE_INFINITY;
    expect((await next).value).toMatchObject({ time: 3.25 });
    moments.speed = 1;
    next = moments.next();
    await clock.sleeping;
    await moments.return();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});

it('ends a pause by its end', async () => {
  await withReplay({}, async (moments) => {
    moments.pause();
    const next = moments.next();
    await moments.return();
    expect((await next).done).toBe(true);
  });
});

it('goes on at another speed from where it is', async () => {
  const clock = new TestClock();
  await withReplay({ clock }, async (moments) => {
    await take(moments, clock, 3);
    expect(moments.speed).toBe(1);
    clock.ms += 100;
    moments.speed = 0.5;
    expect(await take(moments, clock, 2)).toEqual([
      [0.75, 2 * MS + 100 + 300],
      [1, 2 * MS + 100 + 300 + 500],
    ]);
  });
});

it('gives moments as fast as they are taken, and then never leaves any out', async () => {
  const clock = new TestClock();
  await withReplay({ clock, speed: Number.POSITIVE_INFINITY, late: 'skip' }, async (moments) => {
    let count = 0;
    for await (const { time } of moments) {
      expect(time).toBe(count++ * STEP);
      clock.ms += 1000;
    }
    expect([count, clock.sleeps]).toEqual([FRAMES, 0]);
  });
});

it('goes by the time of this machine', async () => {
  await withReplay({ to: 0.5, speed: 1000 }, async (moments) => {
    const times = (await Array.fromAsync(moments)).map(({ time }) => time);
    expect(times).toEqual([0, 0.25, 0.5]);
  });
});

it('gives two that are asked for at once one after the other', async () => {
  await withReplay({ clock: new TestClock() }, async (moments) => {
    const [a, b] = await Promise.all([moments.next(), moments.next()]);
    expect([(a.value as Moment).time, (b.value as Moment).time]).toEqual([0, 0.25]);
  });
});

it('passes on what goes wrong', async () => {
  const reader = await openRecording(pathOf('sqlite'));
  const moments = replay(reader, { clock: new TestClock() });
  await moments.next();
  reader.close();
  moments.seek(70);
  await rejection('ReaderClosed', moments.next());
});

it('refuses what cannot be meant', async () => {
  using reader = await openRecording(pathOf('sqlite'));
  for (const options of [
    { speed: 0 },
    { speed: -1 },
    { speed: Number.NaN },
    { late: 'hurry' },
    { from: 3, to: 2 },
    { tables: ['body'] },
  ]) {
    refusal('InvalidConfig', () => replay(reader, options as ReplayOptions));
  }
  refusal('NotFound', () => replay(reader, { run: 'other' }));
  const moments = replay(reader);
  refusal('InvalidConfig', () => moments.seek(Number.NaN));
  refusal('InvalidConfig', () => {
    moments.speed = 0;
  });
});
