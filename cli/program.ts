import { Command } from 'commander';
import { version } from '../src/writer/version.ts';
import { addCompletionCommands } from './program/completion.ts';
import { addDrawCommands } from './program/draw.ts';
import { addExportCommands } from './program/export.ts';
import { addKeepCommands } from './program/keep.ts';
import { addLookCommands } from './program/look.ts';
import { addRecordCommands } from './program/record.ts';

/** The commands and their options. What a command does is loaded when it is called. */
export function makeProgram(done: (exitCode: number) => void): Command {
  const program = new Command('simtape');
  program
    .description(
      'A flight recorder for simulations: records every step, lists, shows and queries recordings.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} });

  addRecordCommands(program, done);
  addLookCommands(program, done);
  addDrawCommands(program, done);
  addExportCommands(program, done);
  addKeepCommands(program, done);
  addCompletionCommands(program, done);
  return program;
}
