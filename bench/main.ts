import { fork } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCHES } from './benches.ts';
import { setting } from './machine.ts';
import { type Report, replaceSection, toMarkdown } from './report.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'benchmarks.md');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, rows: { type: 'string' } },
});
const unknown = positionals.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  process.stderr.write(`there is no bench ${unknown}; there are ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(2);
}
const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
for (const name of names) {
  process.stderr.write(`bench ${name} ...\n`);
  const section = toMarkdown(await inOwnProcess(name), setting(values.quick));
  process.stdout.write(`\n${section}\n\n`);
  mkdirSync(dirname(PAGE), { recursive: true });
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  writeFileSync(PAGE, replaceSection(page, name, section, Object.keys(BENCHES)));
}

/** Benches do not share a process: compiled code and memory of one would be in the figures of the next. */
function inOwnProcess(name: string): Promise<Report> {
  return new Promise((resolve, reject) => {
    const words = [...(values.quick ? ['--quick'] : []), ...(values.rows ? [`--rows=${values.rows}`] : [])];
    const child = fork(join(import.meta.dirname, 'run.ts'), [name, ...words], {
      execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    });
    let report: Report | null = null;
    child.on('message', (message) => {
      report = message as Report;
    });
    child.on('exit', (code) => {
      if (report !== null && code === 0) resolve(report);
      else reject(new Error(`bench ${name} ended with code ${code} and ${report ? 'a' : 'no'} report`));
    });
  });
}
