// Runs the blocks of docs/analyse, and compares what they compute with simtape's own statistics.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const DOCS = 'docs/analyse';
const MAIN = resolve('cli/main.ts');
/** What names mean in every page that has them; `..._rewards` come as [episode, reward] pairs. */
const PYTHON_EPILOGUE = `
import json as _json, math as _math
def _pairs(value):
    if hasattr(value, 'iter_rows'): value = value.rows()
    elif hasattr(value, 'items'): value = list(value.items())
    return sorted([int(episode), float(reward)] for episode, reward in value)
_found = {name: float(globals()[name]) for name in ['efficiency', 'total_distance', 'direct_distance', 'duration', 'success_rate']}
for _name in ['rewards', 'sqlite_rewards']: _found[_name] = _pairs(globals()[_name])
_found['hdf5_last'] = [float(value) for value in hdf5_positions[-1]]
_found['hdf5_reward'] = float(_math.fsum(hdf5_steps['reward']))
_found['hdf5_rows'] = len(hdf5_steps)
print('\\n' + _json.dumps(_found))
`;
const R_EPILOGUE = `
.pairs <- function(frame) lapply(seq_len(nrow(frame)), function(row) as.numeric(frame[row, c("episode_id", "reward")]))
.found <- list(efficiency = efficiency, total_distance = total_distance, direct_distance = direct_distance,
  duration = duration, success_rate = success_rate, sqlite_rewards = .pairs(rewards),
  hdf5_last = as.numeric(tail(hdf5_positions, 1)), hdf5_reward = hdf5_reward, hdf5_rows = nrow(hdf5_positions))
if (exists("parquet_rewards")) .found$rewards <- .pairs(as.data.frame(parquet_rewards))
cat("\\n", jsonlite::toJSON(.found, auto_unbox = TRUE, digits = NA), "\\n", sep = "")
`;

const say = (line) => process.stdout.write(`${line}\n`);

/** Blocks of a language on a page, with the packages that a comment before them says they need. */
function blocksOf(page, language) {
  const text = readFileSync(join(DOCS, page), 'utf8');
  const found = text.matchAll(/(?:<!-- needs: (.+) -->\n)?```(\w+)\n([\s\S]*?)```/g);
  return Array.from(found, ([, needs, its, code]) => ({ needs: needs?.split(', ') ?? [], its, code })).filter(
    ({ its }) => its === language,
  );
}

const simtape = (folder, ...args) =>
  execFileSync(process.execPath, [MAIN, ...args], { cwd: folder, encoding: 'utf8' });

/** Makes the recordings with the commands of the page. */
function record(folder) {
  for (const { code } of blocksOf('README.md', 'bash')) {
    for (const line of code.trim().split('\n')) simtape(folder, ...line.split(' ').slice(1));
  }
}

/** The same numbers, as simtape says them. */
async function expectedOf(folder) {
  const { openRecording, trajectoryStatistics } = await import('../../src/read/index.ts');
  using reader = await openRecording(join(folder, 'flight'));
  const ways = await trajectoryStatistics(reader);
  const [way] = ways;
  const episodes = await reader.episodes();
  const { columns } = JSON.parse(simtape(folder, 'stats', 'flight.h5', 'steps', '--episode', '1', '--json'))
    .tables.steps;
  const reward = columns.find(({ name }) => name === 'reward');
  const positions = await reader
    .table('steps')
    .columns({ select: ['position_x', 'position_y'], where: { episode: 1 } });
  const rewards = ways.map(({ episode, totalReward }) => [episode, totalReward]);
  return {
    efficiency: way.pathEfficiency,
    total_distance: way.totalDistance,
    direct_distance: way.directDistance,
    // Wall-clock times differ from recording to recording: those of the Parquet one.
    duration: way.duration,
    success_rate: episodes.filter(({ success }) => success).length / episodes.length,
    rewards,
    sqlite_rewards: rewards,
    hdf5_last: Object.values(positions).map(({ values }) => values.at(-1)),
    hdf5_reward: reward.mean * way.steps,
    hdf5_rows: way.steps,
  };
}

function compare(page, found, expected, but = []) {
  for (const [name, value] of Object.entries(found)) {
    const wanted = [expected[name]].flat(2);
    const numbers = [value].flat(2);
    const same = numbers.length === wanted.length && numbers.every((one, i) => isNear(one, wanted[i]));
    if (!same && !but.includes(name)) {
      throw new Error(`${page}: ${name} is ${JSON.stringify(value)}, not ${JSON.stringify(expected[name])}`);
    }
  }
}

function isNear(a, b) {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

function run(page, command, args, folder) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${page}: status ${status}\n${stdout}\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

function checkPython(folder, python, expected) {
  for (const page of ['pandas.md', 'polars.md', 'duckdb.md']) {
    const blocks = blocksOf(page, 'python');
    const program = join(folder, `${page}.py`);
    writeFileSync(program, blocks.map(({ code }) => code).join('\n') + PYTHON_EPILOGUE);
    const found = run(page, resolve(python), [program], folder);
    compare(page, found, expected);
    say(
      `docs/analyse/${page}: ${blocks.length} blocks give ${Object.keys(found).length} numbers that simtape gives, too`,
    );
  }
}

function checkR(folder, expected) {
  if (spawnSync('Rscript', ['--version']).status !== 0) {
    say(
      'skipped: docs/analyse/r.md (Debian: apt-get install r-base-core r-cran-rsqlite r-cran-hdf5r r-cran-jsonlite)',
    );
    return;
  }
  const has = (name) => spawnSync('Rscript', ['-e', `library(${name})`]).status === 0;
  const missing = ['RSQLite', 'hdf5r', 'jsonlite'].filter((name) => !has(name));
  if (missing.length > 0) {
    say(
      `skipped: docs/analyse/r.md, as R has no ${missing.join(', ')} (Debian: r-cran-rsqlite r-cran-hdf5r r-cran-jsonlite)`,
    );
    return;
  }
  const blocks = blocksOf('r.md', 'r');
  const left = blocks.filter(({ needs }) => needs.every(has));
  if (left.length < blocks.length) say('skipped: a block of docs/analyse/r.md, as R has no arrow');
  const program = join(folder, 'r.md.R');
  writeFileSync(program, left.map(({ code }) => code).join('\n') + R_EPILOGUE);
  const found = run('r.md', 'Rscript', [program], folder);
  // Durations are those of the SQLite recording, on the wall clock.
  compare('r.md', found, expected, ['duration']);
  say(
    `docs/analyse/r.md: ${left.length} blocks give ${Object.keys(found).length} numbers that simtape gives, too`,
  );
}

/**
 * @param folder that is there not yet
 * @param python a Python that has pandas, polars, duckdb and h5py
 */
export async function checkAnalysis(folder, python) {
  mkdirSync(folder);
  record(folder);
  const expected = await expectedOf(folder);
  checkPython(folder, python, expected);
  checkR(folder, expected);
}
