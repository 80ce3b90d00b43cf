import type { CommanderError } from 'commander';
import { invocation } from './invocation.ts';

/** What commander found wrong with the command line, as `what; what next`. */
export function usageMessage(error: CommanderError, command: string | undefined): string {
  if (error.code === 'commander.help') return `there is no such command; see ${invocation()} --help`;
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const similar = rest.join(' ').match(/\(Did you mean (.+)\?\)/)?.[1];
  const what = plain(first.replace(/\.$/, ''));
  if (similar !== undefined) return `${what}; did you mean ${similar}?`;
  const help = `see ${invocation()} ${command === undefined ? '' : `${command} `}--help`;
  if (error.code === 'commander.missingArgument') {
    const missing = what.match(/'(.+)'/)?.[1] ?? 'an argument';
    return `${command} needs <${missing}>; ${help}`;
  }
  if (error.code === 'commander.excessArguments' && command === 'sql') {
    return 'sql takes a path and one statement; put the statement in quotes, or - to read it from stdin';
  }
  return `${what}; ${help}`;
}

/** Says it shorter than commander does. */
function plain(message: string): string {
  const choice = message.match(/^option '(\S+).*' argument '(.*)' is invalid\. Allowed choices are (.+)$/);
  if (choice !== null) return `${choice[1]} takes ${choice[3]}, not '${choice[2]}'`;
  const kind = message.match(
    /^command-argument value '(.*)' is invalid for argument '(.+)'\. Allowed choices are (.+)$/,
  );
  if (kind !== null) return `<${kind[2]}> takes ${kind[3]}, not '${kind[1]}'`;
  const missing = message.match(/^option '(\S+) (.+)' argument missing$/);
  if (missing !== null) return `${missing[1]} needs ${missing[2]}`;
  const both = message.match(/^option '(\S+).*' cannot be used with option '(\S+).*'$/);
  return both === null ? message : `${both[1]} and ${both[2]} exclude each other`;
}
