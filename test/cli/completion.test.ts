import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer } from '../../cli/completion/answer.ts';
import { knownWords } from '../../cli/completion.ts';
import { makeProgram } from '../../cli/program.ts';
import { Cli, root } from './support/cli.ts';

const cli = new Cli();
afterAll(() => cli[Symbol.dispose]());
beforeAll(async () => {
  // A simtape that shells find.
  const node = join(root, 'node_modules', '.bin', 'node');
  mkdirSync(cli.path('bin'));
  cli.write('bin/simtape', `#!/bin/sh\nexec '${node}' '${join(root, 'cli', 'main.ts')}' "$@"\n`);
  chmodSync(cli.path('bin', 'simtape'), 0o755);
  mkdirSync(cli.path('some folder'));
  cli.write('one.db', '');
  cli.write('two words.db', '');
  for (const shell of ['bash', 'zsh', 'fish']) {
    cli.write(`simtape.${shell}`, (await cli.run(['completion', shell])).stdout);
  }
});

/** What a shell prints that runs a program, in the folder of the test. */
function shell(name: string, args: readonly string[], input = ''): string {
  const env = { ...process.env, PATH: `${cli.path('bin')}${delimiter}${process.env.PATH}`, HOME: cli.folder };
  const done = spawnSync(name, args, { cwd: cli.folder, env, input, encoding: 'utf8', timeout: 150_000 });
  expect(done.error).toBeUndefined();
  return done.stdout;
}

const isThere = (name: string) => spawnSync(name, ['--version']).error === undefined;

/** The answer for words, the last of which is at the cursor. */
function answers(...words: string[]): { paths: string; words: string[] } {
  const found = answer(
    makeProgram(() => {}),
    words,
    knownWords,
  );
  return { paths: found.paths, words: found.words.map(({ value }) => value) };
}

describe('simtape complete', () => {
  it('says what shells read', async () => {
    const { code, stdout } = await cli.run(['complete', '--', 'record', 'pl']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'files\nplume\t\n' });
  });

  it('knows all commands', () => {
    const { words } = answers('');
    expect(words).toEqual(expect.arrayContaining(['record', 'sql', 'plot', 'completion', 'help']));
    expect(words).not.toContain('complete');
    expect(answers('help', 'rec')).toEqual({ paths: 'none', words: ['record', 'recover'] });
  });

  it.each([
    [['ver'], 'none', ['verify']],
    [['nope', ''], 'none', []],
    [['--v'], 'none', ['--version']],
    [['sql', 'a.db', 'SELECT 1', '--'], 'none', ['--format', '--json', '--help']],
    [['sql', 'a.db', 'SELECT 1', '--json', '--'], 'none', ['--format', '--help']],
    [['sql', ''], 'files', []],
    [['sql', 'a.db', ''], 'none', []],
    [['sql', '--format', ''], 'none', ['table', 'csv', 'json']],
    [['sql', '--format=', ''], 'files', []],
    [['sql', '--format=j'], 'none', ['--format=json']],
    [['verify', 'a.db', 'b'], 'files', []],
    [['plot', 'a.db', '--out', ''], 'files', []],
    [['plot', 'a.db', '--y', ''], 'none', []],
    [['record', 'p'], 'files', ['plume']],
    [['record', 'plume', '--config-dir', ''], 'dirs', []],
    [['record', 'plume', 'record=s'], 'none', ['record=sqlite']],
    [['completion', ''], 'none', ['bash', 'zsh', 'fish']],
  ] as const)('completes %j', (words, paths, found) => {
    expect(answers(...words)).toEqual({ paths, words: found });
  });
});

describe('in bash', () => {
  /** Has bash complete words; `=` is one of its own, as bash has it. */
  const complete = (...words: string[]): string[] => {
    const program = `source simtape.bash; compopt() { :; }
      COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _simtape; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const found = shell('bash', ['--norc', '-c', program, 'bash', 'simtape', ...words]);
    return found.split('\n').filter((line) => line !== '');
  };

  it('completes commands, values and files', () => {
    expect(complete('pl')).toEqual(['plot']);
    expect(complete('sql', '--format', '=', 'c')).toEqual(['csv']);
    expect(complete('record', 'plume', 'record', '=', '')).toContain('hdf5');
    expect(complete('info', 'two')).toEqual(['two words.db']);
    expect(complete('plot', 'one.db', '--out', '=', 'on')).toEqual(['one.db']);
    expect(complete('ls', 'so')).toEqual(['some folder']);
  });

  it('evaluates nothing of what was typed', () => {
    complete('sql', '"$(touch evaluated)"', '`touch evaluated`', ';touch evaluated', '');
    expect(existsSync(cli.path('evaluated'))).toBe(false);
  });

  it('is loaded twice without complaint', () => {
    const text = shell('bash', [
      '--norc',
      '-c',
      'source simtape.bash 2>&1; source simtape.bash 2>&1; complete -p simtape',
    ]);
    expect(text).toBe('complete -F _simtape simtape\n');
  });
});

describe.skipIf(!isThere('fish'))('in fish', () => {
  const complete = (line: string): string[] =>
    shell('fish', ['-N', '-c', 'source simtape.fish; complete -C $argv[1]', line])
      .split('\n')
      .filter((one) => one !== '');

  it('completes commands, values and files', () => {
    expect(complete('simtape pl')).toEqual([expect.stringMatching(/^plot\tdraw /)]);
    expect(complete('simtape sql --format=c')).toEqual(['--format=csv']);
    expect(complete('simtape info on')).toEqual(['one.db']);
    expect(complete('simtape ls so')).toEqual(['some folder/']);
  });
});

describe.skipIf(!isThere('zsh'))('in zsh', () => {
  it('completes commands, options and files as they are typed', () => {
    const typed = [
      ['simtape pl\t', '*plot *'],
      ['on\t', '*one.db*'],
      ['--ki\t', '*--kind*'],
      ['ser\t', '*series*'],
    ];
    const steps = typed.map(([keys, seen]) => `zpty -n -w z $'${keys}'; zpty -r -m z out $'${seen}'`);
    const program = [
      'zmodload zsh/zpty; zpty z "TERM=dumb zsh -f -i"',
      `zpty -w z "autoload -Uz compinit && compinit -u -D; source simtape.zsh; print REA''DY"`,
      `zpty -r -m z out '*READY*'`,
      ...steps,
      'print -r -- done',
    ];
    expect(shell('zsh', ['-f'], program.join('\n'))).toContain('done');
  });
});
