import type { Command } from 'commander';
import { BACKEND_NAMES } from '../src/backends/names.ts';
import { answer } from './completion/answer.ts';
import { SCRIPTS, type Shell } from './completion/scripts.ts';
import { write } from './output.ts';

/** `simtape completion`: what a shell reads to complete simtape's command line. */
export async function completion(shell: Shell): Promise<number> {
  await write(SCRIPTS[shell]);
  return 0;
}

/** `simtape complete`: what those scripts ask. Says how the last word may go on. */
export async function complete(program: Command, words: readonly string[]): Promise<number> {
  const { paths, words: found } = answer(program, words, knownWords);
  const lines = found.map(({ value, description }) => `${value}\t${description.replaceAll('\n', ' ')}\n`);
  await write(`${paths}\n${lines.join('')}`);
  return 0;
}

/** Words for arguments that take others, too. */
export function knownWords(command: string, argument: string): readonly string[] {
  if (command !== 'record') return [];
  return argument === 'simulation' ? ['plume', 'rigid'] : BACKEND_NAMES.map((name) => `record=${name}`);
}
