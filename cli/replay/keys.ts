/** What a key asks for. */
export type Action =
  | 'pause'
  | 'forward'
  | 'back'
  | 'faster'
  | 'slower'
  | 'next'
  | 'start'
  | 'quit'
  | 'interrupt';

const KEYS: Readonly<Record<string, Action>> = {
  ' ': 'pause',
  '\u001b[C': 'forward',
  '\u001bOC': 'forward',
  l: 'forward',
  '.': 'forward',
  '\u001b[D': 'back',
  '\u001bOD': 'back',
  h: 'back',
  ',': 'back',
  '\u001b[A': 'faster',
  '\u001bOA': 'faster',
  '+': 'faster',
  '\u001b[B': 'slower',
  '\u001bOB': 'slower',
  '-': 'slower',
  n: 'next',
  '0': 'start',
  '\u001b[H': 'start',
  q: 'quit',
  Q: 'quit',
  '\u001b': 'quit',
  '\u0003': 'interrupt',
  '\u0004': 'quit',
};

/** The actions that some input of a terminal asks for: several keys may come at once. */
export function actionsOf(input: string): Action[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys begin with them
  const keys = input.match(/\u001b[[O][\d;]*[~A-Za-z]|[\s\S]/g) ?? [];
  return keys.flatMap((key) => KEYS[key] ?? []);
}

export const HELP = 'space pause · ←/→ seek, or step while paused · ↑/↓ speed · n next · q quit';
