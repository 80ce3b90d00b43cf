import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  defineTable,
  f64,
  type Recorder,
  ref,
  SimulationFrame,
  timestamp,
  utf8,
  vec3,
} from '../../src/index.ts';
import { drawSvg, drawText, plotRecording, readDrawing, toPng } from '../../src/plot/index.ts';
import { openRecording, type Reader } from '../../src/read/index.ts';
import { runPlume } from '../../worlds/plume/index.ts';
import { record, rejection, scratch } from '../backends/scratch.ts';
import { expectPicture } from './reference.ts';

const Ball = defineTable('ball', { name: utf8() }, { static: true });
const State = defineTable('state', {
  frame_id: ref(SimulationFrame),
  ball_id: ref(Ball),
  position: vec3({ unit: 'm' }),
  temperature: f64({ nullable: true, unit: '°C' }),
  seen: timestamp(),
});
const BALLS = ['red', 'green <&>', 'blue'];

/** Balls that bounce. */
function bounce(recorder: Recorder): void {
  const balls = BALLS.map((name) => recorder.table(Ball).append({ name }));
  for (let frame = 0; frame < 300; frame++) {
    const time = frame / 60;
    recorder.recordFrame(time);
    for (const [i, ball_id] of balls.entries()) {
      const y = Math.abs(Math.cos(time * (2 + i))) * (3 - i);
      const temperature = frame % 50 < 10 ? null : 20 + i + Math.sin(time);
      recorder.table(State).append({
        ball_id,
        position: { x: i + time, y, z: 0 },
        temperature,
        seen: BigInt(frame) * 10_000_000n,
      });
    }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'simtape-plot-'));
const readers: Reader[] = [];
let plume: Reader;
let balls: Reader;
beforeAll(async () => {
  const options = { seed: 7, episodes: 3, agents: 2, steps: 200 };
  await record(join(folder, 'plume.db'), (recorder) => void runPlume(recorder, options), {
    backend: 'sqlite',
    runId: 'run_plume',
    configuration: { source: [2, 5] },
    world: 'plume',
  });
  await record(join(folder, 'balls'), bounce, { backend: 'parquet', runId: 'run_balls' });
  for (const name of ['plume.db', 'balls']) readers.push(await openRecording(join(folder, name)));
  [plume, balls] = readers as [Reader, Reader];
});
afterAll(() => {
  for (const reader of readers) reader.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('pictures that were looked at', () => {
  it('draws ways in the plane, coloured by concentration, with the source', async () => {
    expectPicture(await plotRecording(plume), 'trajectories');
  });

  it('draws heights of bodies over time, with their names', async () => {
    expectPicture(await plotRecording(balls), 'heights');
  });

  it('draws a distribution', async () => {
    expectPicture(await plotRecording(plume, { kind: 'distribution', y: 'orientation' }), 'distribution');
  });

  it('draws a value with gaps where it is null, coloured by another, in a size', async () => {
    const options = { y: 'temperature', colour: 'position_y', width: 500, height: 300 };
    expectPicture(await plotRecording(balls, options), 'gaps');
  });
});

describe('what is drawn', () => {
  it('has the rows of an episode and an agent only', async () => {
    const drawing = await readDrawing(plume, { episode: 2, agent: [1] });
    const { rows } = await plume
      .query('SELECT count(*) FROM steps WHERE episode_id = 2 AND agent_id = 1')
      .then((result) => ({ rows: result.rows[0]![0] }));
    expect(drawing).toMatchObject({ rows, title: 'plume: trajectories, episode 2, agent 1' });
    expect(drawing.kind === 'trajectory' && drawing.lines.map(({ label }) => label)).toEqual(['']);
  });

  it('has the unit of a column, and counts wall-clock time from the first', async () => {
    const { x, y } = await readDrawing(balls, { x: 'seen', y: 'position_y' });
    expect(y.label).toBe('position y (m)');
    expect(x).toMatchObject({
      label: 'seen since the first (s)',
      least: 0,
      greatest: expect.closeTo(2.99, 9),
    });
  });

  it('has the same extent as the recording', async () => {
    const { x, y } = await readDrawing(plume, {});
    const sql = 'SELECT min(position_x), max(position_x), min(position_y), max(position_y) FROM steps';
    const [row] = (await plume.query(sql)).rows;
    expect([x.least, x.greatest, y.least, y.greatest]).toEqual(row);
  });

  it('has no ticks between integers', async () => {
    const picture = await plotRecording(plume, { table: 'episodes', y: 'total_steps' });
    const ticks = [...picture.matchAll(/<text[^>]*>(-?[\d.,]+)<\/text>/g)].map(([, text]) => text!);
    expect(ticks).toEqual(expect.arrayContaining(['1', '2', '3']));
    expect(ticks.filter((text) => text.includes('.'))).toEqual([]);
    const text = drawText(await readDrawing(plume, { table: 'episodes' }), {
      columns: 100,
      rows: 30,
      depth: 1,
    });
    expect(text).toMatch(/^ +1 +2 +3$/m);
  });

  it('is counted whole in a distribution', async () => {
    const drawing = await readDrawing(balls, { kind: 'distribution', y: 'temperature' });
    const bars = drawing.kind === 'distribution' ? drawing.bars : [];
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(3 * 240);
    expect(drawing.notes).toEqual(['180 values are null, NaN or infinite']);
  });

  it('draws no more than the first lines, and says so', async () => {
    const path = join(folder, 'many.db');
    await record(path, (recorder) => {
      for (let episode = 1; episode <= 30; episode++) {
        recorder.recordStep({ position: [episode, 1], reward: 1 }, 0, episode);
      }
    });
    using many = await openRecording(path);
    const drawing = await readDrawing(many, {});
    expect(drawing.notes).toEqual(['the first 24 of 30 lines: choose with episode, agent or run']);
    expect(drawing).toMatchObject({ rows: 24 });
  });

  it('is what points up, in a recording that does not say where down is', async () => {
    const path = join(scratch(), 'throw.db');
    await record(path, (recorder) => {
      const ball_id = recorder.table(Ball).append({ name: 'ball' });
      recorder.recordFrame(0);
      for (let i = 0; i < 3; i++) {
        const position = [i, 0, 4 - i * i] as const;
        recorder.table(State).append({ ball_id, position, temperature: 20, seen: 0n });
      }
    });
    using thrown = await openRecording(path);
    expect(await readDrawing(thrown, {})).toMatchObject({ kind: 'series', y: { column: 'position_z' } });
  });

  it('is of those runs of a folder alone that have the table', async () => {
    const folder = scratch();
    const step = (recorder: Recorder) => recorder.recordStep({ reward: 1 }, 0, 1);
    await record(join(folder, 'steps.db'), step, { runId: 'run_steps' });
    await record(join(folder, 'frames.db'), (recorder) => recorder.recordFrame(0), { runId: 'run_frames' });
    using all = await openRecording(folder);
    expect(await readDrawing(all, {})).toMatchObject({ caption: 'run_steps · steps · 1 row' });
  });

  it.each([
    [{ table: 'nope' }, 'NotFound', /there is no table nope; there are: .*steps/],
    [{ y: 'nope' }, 'NotFound', /no table has nope/],
    [{ table: 'steps', y: 'nope' }, 'NotFound', /table steps has no column nope; of numbers are .*reward/],
    [{ table: 'steps', y: 'info' }, 'InvalidConfig', /column info of table steps holds json, not numbers/],
    [{ episode: 99 }, 'NotFound', /there is no episode 99; there are 1-3/],
    [{ agent: 99 }, 'NotFound', /there is nothing to draw/],
    [{ run: 'nope' }, 'NotFound', /there is no run nope; there are run_plume/],
    [{ table: 'episodes', kind: 'trajectory' }, 'NotFound', /no position to draw trajectories of/],
  ] as const)('says what is wrong with %o', async (options, tag, message) => {
    expect((await rejection(tag, readDrawing(plume, options))).message).toMatch(message);
  });

  it.each([
    ['width', 100],
    ['height', 1.5],
  ])('refuses a %s of %d', async (name, value) => {
    const error = await rejection('InvalidConfig', plotRecording(plume, { [name]: value }));
    expect(error.fields).toMatchObject({ key: name, value });
  });
});

describe('in other forms', () => {
  it('is an image with as many pixels twice', async () => {
    const png = Buffer.from(await toPng(await plotRecording(plume, { width: 400, height: 300 })));
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([800, 600]);
  });

  it('is text of the width of a terminal', async () => {
    const text = drawText(await readDrawing(balls, {}), { columns: 72, rows: 20, depth: 1 });
    expect(text).toMatchSnapshot();
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(72);
    expect(text.split('\n').length).toBeLessThanOrEqual(20);
  });

  it('is painted only where there are colours', async () => {
    const drawing = await readDrawing(plume, {});
    const [none, some, all] = ([1, 8, 24] as const).map((depth) =>
      drawText(drawing, { columns: 72, rows: 30, depth }),
    );
    expect(none).not.toContain('\u001b');
    expect(some).toContain('\u001b[38;5;');
    expect(all).toContain('\u001b[38;2;');
    expect(stripVTControlCharacters(all!)).toBe(none);
  });

  it('has texts of a recording escaped in XML', async () => {
    expect(await drawSvg(await readDrawing(balls, {}))).toContain('green &#60;&#38;&#62;');
  });
});
