import { Argument, type Command } from 'commander';
import { SHELLS } from '../completion/scripts.ts';
import { command } from './command.ts';

export function addCompletionCommands(program: Command, done: (exitCode: number) => void): void {
  command(program, 'completion', 'print what a shell needs to complete commands, options and files', SHELLS)
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText('after', COMPLETION)
    .action(async (shell) => done(await (await import('../completion.ts')).completion(shell)));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words) => done(await (await import('../completion.ts')).complete(program, words)));
}

const COMPLETION = `
To load it now, and in each new shell:
  bash  source <(simtape completion bash)        put this line into ~/.bashrc
  zsh   source <(simtape completion zsh)         put this line into ~/.zshrc, behind compinit
  fish  simtape completion fish | source         simtape completion fish > ~/.config/fish/completions/simtape.fish`;
