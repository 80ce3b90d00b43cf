import { CommanderError } from 'commander';
import { print, tell, watchOutput } from './output.ts';
import { describe, UsageError } from './problems.ts';
import { makeProgram } from './program.ts';
import { usageMessage } from './usage.ts';
import { welcome } from './welcome.ts';

/** Runs the command line and sets the exit code: 0, 1 for a failure, 2 for wrong usage. */
export async function main(argv: string[]): Promise<void> {
  watchOutput((error) => {
    tell(`not all could be printed: ${error.message}`);
    isCutOff = true;
    setExitCode(1);
  });
  const program = makeProgram((code) => setExitCode(code));
  try {
    if (argv.length === 0) print(welcome());
    else await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and the version were asked for, and have been printed.
      if (error.exitCode === 0) return;
      const names = program.commands.map((command) => command.name());
      tell(
        usageMessage(
          error,
          names.find((name) => name === argv[0]),
        ),
      );
      return setExitCode(2);
    }
    tell(describe(error));
    if (process.env.SIMTAPE_DEBUG) console.error(error);
    setExitCode(error instanceof UsageError ? 2 : 1);
  }
}

/** Whether standard output took no more. */
let isCutOff = false;

function setExitCode(code: number): void {
  process.exitCode = code === 0 && isCutOff ? 1 : code;
}

if (import.meta.main) await main(process.argv.slice(2));
