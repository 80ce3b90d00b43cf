import { describe, expect, it } from 'vitest';
import { filesIn, readFiles, readTable } from './read-run.ts';
import { freshRun, recordRun } from './run.ts';

/** Episode and number of every step, as they stand in the files. */
async function stepsOf(folder: string): Promise<[episode: number, step: number][]> {
  const rows = await readTable(folder, 'steps');
  return rows.map((row) => [Number(row.episode_id), Number(row.step_number)]);
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

it('keeps 20,000 steps in one go', async () => {
  const folder = freshRun();
  await recordRun(folder, (recorder) => {
    for (const step of range(20_000)) recorder.recordStep({ position: [step, -step], reward: 1 }, step, 1);
  });
  const rows = await readTable(folder, 'steps');
  expect(rows.map((row) => row.step_number)).toEqual(range(20_000).map(BigInt));
  expect(rows.map((row) => row.position_x)).toEqual(range(20_000));
  expect(rows.map((row) => row.step_id)).toEqual(range(20_000).map((step) => step + 1));
});

it('gives each of three episodes its two files', async () => {
  const folder = freshRun();
  await recordRun(folder, (recorder) => {
    for (const episode of [1, 2, 3]) {
      for (const step of range(500 * episode)) recorder.recordStep({ reward: 1 }, step, episode);
      recorder.recordEpisode({ success: episode === 2, termination_reason: 'goal' }, episode);
    }
  });
  expect(filesIn(folder)).toEqual([
    'episodes/episode_summary_ep_000001.parquet',
    'episodes/episode_summary_ep_000002.parquet',
    'episodes/episode_summary_ep_000003.parquet',
    'episodes/trajectory_ep_000001.parquet',
    'episodes/trajectory_ep_000002.parquet',
    'episodes/trajectory_ep_000003.parquet',
    'run.json',
    'run_metadata.parquet',
    'run_statistics.parquet',
  ]);
  const wanted = [1, 2, 3].flatMap((episode) => range(500 * episode).map((step) => [episode, step]));
  expect(await stepsOf(folder)).toEqual(wanted);
  expect(await readTable(folder, 'episodes')).toMatchObject(
    [1n, 2n, 3n].map((episode) => ({
      episode_id: episode,
      total_steps: 500n * episode,
      total_reward: Number(500n * episode),
      success: episode === 2n,
      termination_reason: 'goal',
    })),
  );
});

it('names the files of an episode once it has ended, and the others at the close', async () => {
  const folder = freshRun();
  await recordRun(folder, async (recorder) => {
    recorder.recordStep({ v: 1 }, 0, 1);
    recorder.recordStep({ v: 1 }, 0, 2);
    await recorder.flush();
    expect(filesIn(folder)).not.toContainEqual(expect.stringMatching(/^episodes/));
    recorder.recordEpisode({}, 1);
    await recorder.flush();
    expect(filesIn(folder).filter((path) => path.startsWith('episodes'))).toEqual([
      'episodes/episode_summary_ep_000001.parquet',
      'episodes/trajectory_ep_000001.parquet',
    ]);
  });
  expect(await stepsOf(folder)).toEqual([
    [1, 0],
    [2, 0],
  ]);
});

it('keeps every step of 10,000 short episodes', async () => {
  const folder = freshRun();
  const episodes = range(10_000).map((i) => i + 1);
  await recordRun(folder, (recorder) => {
    for (const episode of episodes) {
      for (const step of range(3)) recorder.recordStep({ reward: episode }, step, episode);
      recorder.recordEpisode({ success: episode % 4 === 0 }, episode);
    }
  });
  expect(filesIn(folder).filter((path) => path.startsWith('episodes'))).toHaveLength(20_000);
  expect(await stepsOf(folder)).toEqual(
    episodes.flatMap((episode) => range(3).map((step) => [episode, step])),
  );
  const rows = await readTable(folder, 'episodes');
  expect(rows.map((row) => row.total_reward)).toEqual(episodes.map((episode) => episode * 3));
}, 300_000);

describe.each([
  ['one step in turn', 1],
  ['stretches', 40],
])('episodes side by side, %s', (_, stretch) => {
  it('come apart in order', async () => {
    const folder = freshRun();
    const episodes = range(9);
    await recordRun(folder, async (recorder) => {
      for (let from = 0; from < 400; from += stretch) {
        for (const episode of episodes) {
          for (const step of range(stretch)) {
            recorder.recordStep(
              { name: `${episode}/${from + step}`, position: [episode, from + step] },
              from + step,
              episode,
            );
          }
        }
        if (from === 200) await recorder.flush();
      }
    });
    expect(await stepsOf(folder)).toEqual(
      episodes.flatMap((episode) => range(400).map((step) => [episode, step])),
    );
    for (const row of await readTable(folder, 'steps')) {
      expect(row.name).toBe(`${row.episode_id}/${row.step_number}`);
      expect([row.position_x, row.position_y]).toEqual([Number(row.episode_id), Number(row.step_number)]);
    }
  });
});

it('puts steps that come after the end of their episode into a further file', async () => {
  const folder = freshRun();
  await recordRun(folder, async (recorder) => {
    for (const part of [1, 2, 3]) {
      for (const episode of [1, 2]) {
        for (const step of range(4)) recorder.recordStep({ v: part }, part * 10 + step, episode);
        recorder.recordEpisode({ note: `part ${part}` }, episode);
      }
      await recorder.flush();
    }
  });
  const files = await readFiles(folder, 'steps');
  expect(files.map(({ path }) => path)).toEqual(
    [1, 2].flatMap((episode) =>
      ['', '-000002', '-000003'].map((part) => `episodes/trajectory_ep_00000${episode}${part}.parquet`),
    ),
  );
  expect(files.map(({ rows }) => rows.map((row) => Number(row.step_number)))).toEqual(
    [1, 2].flatMap(() => [1, 2, 3].map((part) => range(4).map((step) => part * 10 + step))),
  );
  expect((await readFiles(folder, 'episodes')).map(({ rows }) => rows.map((row) => row.note))).toEqual(
    [1, 2].flatMap(() => [['part 1'], ['part 2'], ['part 3']]),
  );
});

describe('a column that appears half-way', () => {
  it('is null in the rows before, in a file that is still in memory', async () => {
    const folder = freshRun();
    await recordRun(folder, async (recorder) => {
      for (const step of range(100)) {
        recorder.recordStep(
          { v: step, ...(step < 50 ? {} : { late: step, text: `s${step}`, list: [1, 2, 3, 4, 5] }) },
          step,
          1,
        );
        if (step % 30 === 0) await recorder.flush();
      }
    });
    const files = await readFiles(folder, 'steps');
    expect(files).toHaveLength(1);
    expect(files[0]!.rows.map((row) => row.late)).toEqual(
      range(100).map((step) => (step < 50 ? null : step)),
    );
    expect(files[0]!.rows.map((row) => row.text)).toEqual(
      range(100).map((step) => (step < 50 ? null : `s${step}`)),
    );
    expect(files[0]!.rows.map((row) => row.v)).toEqual(range(100));
  });

  it('begins a new file where row groups are written already', async () => {
    const folder = freshRun();
    await recordRun(
      folder,
      async (recorder) => {
        for (const step of range(100)) {
          recorder.recordStep({ v: step, ...(step < 50 ? {} : { late: step }) }, step, 1);
          if (step % 10 === 9) await recorder.flush();
        }
      },
      { parquet: { rowGroupValues: 200 } },
    );
    const files = await readFiles(folder, 'steps');
    expect(files).toHaveLength(2);
    expect(files.every(({ rowGroups }) => rowGroups.length > 1)).toBe(true);
    const rows = await readTable(folder, 'steps');
    expect(rows.map((row) => row.v)).toEqual(range(100));
    expect(rows.map((row) => row.late)).toEqual(range(100).map((step) => (step < 50 ? null : step)));
  });
});

it('leaves no folder where there is no row', async () => {
  const folder = freshRun();
  await recordRun(folder, async (recorder) => {
    await recorder.flush();
  });
  expect(filesIn(folder)).toEqual(['run.json', 'run_metadata.parquet', 'run_statistics.parquet']);
});

it('puts all episodes into one sequence of files where the pattern names no episode', async () => {
  const folder = freshRun();
  const filePatterns = { trajectory: 'steps-{part:03d}.parquet', summary: 'episodes.parquet' };
  await recordRun(
    folder,
    async (recorder) => {
      for (const episode of [1, 2, 3]) {
        for (const step of range(10)) recorder.recordStep({ v: step }, step, episode);
        recorder.recordEpisode({ success: true }, episode);
        await recorder.flush();
      }
    },
    { parquet: { filePatterns, maxFileRows: 15 } },
  );
  expect(filesIn(folder).filter((path) => path.startsWith('episodes'))).toEqual([
    'episodes/episodes.parquet',
    'episodes/steps-001.parquet',
    'episodes/steps-002.parquet',
  ]);
  expect(await stepsOf(folder)).toEqual(
    [1, 2, 3].flatMap((episode) => range(10).map((step) => [episode, step])),
  );
  expect((await readTable(folder, 'episodes')).map((row) => row.success)).toEqual([true, true, true]);
});
