import { type Command, Option } from 'commander';
import { age, command, FOLDER, wholeNumber } from './command.ts';

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

  command(program, 'prune', 'delete old recordings, and what was left behind', [
    FOLDER,
    `${FOLDER} --older-than 30d --keep 10`,
    `${FOLDER} --keep 20 --dry-run`,
  ])
    .argument('<folder>', 'a folder with recordings')
    .option('--older-than <age>', 'recordings whose newest run began longer ago: 12h, 30d or 8w', age)
    .option(
      '--keep <n>',
      'all but the newest n; with --older-than, only those that are old too',
      wholeNumber('--keep', 0),
    )
    .addOption(new Option('--dry-run', 'only list what would go').conflicts('yes'))
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON object; needs --yes or --dry-run')
    .addHelpText('after', PRUNE)
    .action(async (folder, flags) => done(await (await import('../prune.ts')).prune(folder, flags)));
}

const VERIFY = `
Exit code: 0 where all is well, 1 where something is wrong.`;

const RECOVER = `
Exit code: 0 where nothing is lost, 3 where rows are lost that may have been confirmed, 1 where a recording could not
be recovered. A recording that is being made is left alone. It may be called again at any time.`;

const PRUNE = `
Without --older-than and --keep only these go: recordings without a row whose process is gone, and exports that were not
completed an hour ago. A recording that is being made is left alone, and so are folders with other files in them and
what stands behind a link. Exit code: 0, or 1 where something could not be deleted.`;
