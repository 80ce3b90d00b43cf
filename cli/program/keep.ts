import type { Command } from 'commander';
import { command, FOLDER } from './command.ts';

/** The commands that look after recordings. */
export function addKeepCommands(program: Command, done: (exitCode: number) => void): void {
  command(program, 'verify', 'read all of a recording, and compare it with what it says of itself', [
    `${FOLDER}/runs/run_20260301_120000_k3v9`,
    FOLDER,
  ])
    .argument('<paths...>', 'recordings, or folders with recordings')
    .option('--json', 'print one JSON object')
    .addHelpText('after', VERIFY)
    .action(async (paths, flags) => done(await (await import('../verify.ts')).verify(paths, flags)));

  command(program, 'recover', 'finish recordings whose process is gone', [
    `${FOLDER}/runs/run_20260301_120000_k3v9`,
    `${FOLDER} --dry-run`,
  ])
    .argument('<paths...>', 'recordings, or folders with recordings')
    .option('--dry-run', 'only say what there is to be done')
    .option('--force', 'also a recording whose process ran on another machine')
    .option('--json', 'print one JSON object')
    .addHelpText('after', RECOVER)
    .action(async (paths, flags) => done(await (await import('../recover.ts')).recover(paths, flags)));
}

const VERIFY = `
Exit code: 0 where all is well, 1 where something is wrong.`;

const RECOVER = `
Exit code: 0 where nothing is lost, 3 where rows are lost that may have been confirmed, 1 where a recording could not
be recovered. A recording that is being made is left alone. It may be called again at any time.`;
