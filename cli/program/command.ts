import type { Command } from 'commander';
import { invocation } from '../invocation.ts';
import { UsageError } from '../problems.ts';

/** Where recordings are, unless something else is said. */
export const FOLDER = 'simulation_data';
/** Most numbers that a range such as `1-4` stands for. */
const MOST_NUMBERS = 1_000_000;

/** Adds a command with its examples. */
export function command(
  program: Command,
  name: string,
  description: string,
  examples: readonly string[],
): Command {
  const lines = examples.map((example) => `  ${invocation()} ${name} ${example}`.trimEnd());
  return program
    .command(name)
    .description(description)
    .addHelpText('after', `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.join('\n')}`);
}

/** Parses an option that takes an integer. */
export function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
    throw new UsageError(
      `${option} takes a whole number from ${least} on, not '${text}'; for example ${option} 10`,
    );
  };
}

/** Parses an option that takes a number, `least` or more. */
export function decimal(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
    throw new UsageError(
      `${option} takes a number from ${least} on, not '${text}'; for example ${option} 1e-6`,
    );
  };
}

/** Parses an option that takes names with commas between them. */
export function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** `1-4,9` as numbers. */
export function numbers(option: string): (text: string) => number[] {
  return (text) =>
    text.split(',').flatMap((part) => {
      const [, from = '', to = from] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part) ?? [];
      const count = Number(to) - Number(from) + 1;
      if (from !== '' && count >= 1 && count <= MOST_NUMBERS) {
        return Array.from({ length: count }, (_, i) => Number(from) + i);
      }
      throw new UsageError(`${option} takes numbers such as 3 or 1-4,9, not '${text}'`);
    });
}

const SECONDS: Readonly<Record<string, number>> = { h: 3600, d: 86_400, w: 604_800 };

/** Parses an age, as `30d`, to seconds. */
export function age(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([hdw])$/.exec(text) ?? [];
  if (amount !== undefined) return Number(amount) * SECONDS[unit!]!;
  throw new UsageError(
    `--older-than takes hours, days or weeks, not '${text}'; for example --older-than 30d`,
  );
}
