import type { Argument, Command, Option } from 'commander';

/** What may stand where the cursor is. */
export interface Answer {
  /** Whether names of files or folders may, too. */
  readonly paths: 'none' | 'files' | 'dirs';
  /** Whole words that begin as the word at the cursor does. */
  readonly words: readonly { readonly value: string; readonly description: string }[];
}

const NOTHING: Answer = { paths: 'none', words: [] };

/**
 * Completes the last of some words, which may be empty, by what a program's commands, options and arguments are.
 * @param words without the program's name
 * @param more words for an argument that its command does not list
 */
export function answer(
  program: Command,
  words: readonly string[],
  more: (command: string, argument: string) => readonly string[],
): Answer {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const [name, ...given] = before;
  if (name === undefined)
    return current.startsWith('-') ? options(program, [], current) : commands(program, current);
  if (name === 'help') return given.length === 0 ? commands(program, current) : NOTHING;
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) return NOTHING;
  const pending = pendingOption(command, given);
  if (pending !== null) return value(pending, '', current);
  const [flag, text] = split(current);
  const assigned = text === null ? undefined : optionOf(command, flag);
  if (assigned !== undefined) return value(assigned, `${flag}=`, text!);
  // Behind -- there are no options.
  if (current.startsWith('-') && !given.includes('--')) return options(command, given, current);
  const argument = argumentAt(command, given);
  if (argument === undefined) return NOTHING;
  const known = [...(argument.argChoices ?? []), ...more(name, argument.name())];
  const answer = matching(
    known.map((value) => ({ value, description: '' })),
    current,
  );
  return { ...answer, paths: current.includes('=') ? 'none' : pathsOf(argument.name()) };
}

function commands(program: Command, current: string): Answer {
  const shown = program.createHelp().visibleCommands(program);
  return matching(
    shown.map((command) => ({ value: command.name(), description: command.description() })),
    current,
  );
}

/** Options that have not been given. */
function options(command: Command, given: readonly string[], current: string): Answer {
  const shown = command.createHelp().visibleOptions(command);
  const left = shown.filter(
    ({ long, short }) => !given.some((word) => word === short || split(word)[0] === long),
  );
  const words = left.flatMap(({ long, short, description }) => {
    const name = long ?? short;
    return name === undefined ? [] : [{ value: name, description }];
  });
  return matching(words, current);
}

/** The option whose value comes next, or null. */
function pendingOption(command: Command, given: readonly string[]): Option | null {
  const last = given.at(-1);
  if (last === undefined || given.slice(0, -1).includes('--')) return null;
  const option = optionOf(command, last);
  return option?.required === true ? option : null;
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => flag === long || flag === short);
}

/** What an option takes. */
function value(option: Option, prefix: string, text: string): Answer {
  const choices = (option.argChoices ?? []).map((choice) => ({ value: prefix + choice, description: '' }));
  return { ...matching(choices, prefix + text), paths: pathsOf(/<([^>]+)>/.exec(option.flags)?.[1] ?? '') };
}

/** The argument that comes behind those that were given. */
function argumentAt(command: Command, given: readonly string[]): Argument | undefined {
  let place = 0;
  for (let i = 0; i < given.length; i++) {
    const word = given[i]!;
    if (!word.startsWith('-') || word === '-') place++;
    else if (optionOf(command, word)?.required === true) i++;
  }
  const { registeredArguments: all } = command;
  const last = all.at(-1);
  return all[place] ?? (last?.variadic === true ? last : undefined);
}

/** What the name of a value in the help says of it. */
function pathsOf(name: string): Answer['paths'] {
  if (/^dir$/.test(name)) return 'dirs';
  return /^(paths?|files?|simulation|a|b|source|destination|output)$/i.test(name) ? 'files' : 'none';
}

function split(word: string): [flag: string, value: string | null] {
  const at = word.indexOf('=');
  return word.startsWith('--') && at > 0 ? [word.slice(0, at), word.slice(at + 1)] : [word, null];
}

function matching(words: Answer['words'], current: string): Answer {
  return { paths: 'none', words: words.filter(({ value }) => value.startsWith(current)) };
}
