import { isAbsolute, relative, resolve } from 'node:path';

/** An integer with thousands separators. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** `1 row`, `2 rows`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A number for people, with so many digits that matter; integers have them all. */
export function number(value: number | bigint, digits = 7): string {
  if (typeof value === 'bigint' || Number.isInteger(value))
    return Object.is(value, -0) ? '-0' : String(value);
  return String(Number(value.toPrecision(digits)));
}

/** Bytes in decimal units, as disks are sold. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 || size >= 99.95 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** A span of time in the two units that matter. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const total = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return hours === 0 ? `${minutes} min ${rest} s` : `${count(hours)} h ${minutes} min`;
}

/** `2026-03-01 14:05:09` in local time, from seconds since the Unix epoch. */
export function localTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** Characters that a terminal obeys in place of showing them: controls, ends of lines, changes of the writing direction. */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text from a recording, or a name of a file, for a terminal: characters that it would obey are written as escapes. */
export function clean(text: string): string {
  return text.replace(UNSEEN, (char) => {
    const named = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char];
    return named ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** The first `length` characters of a text, with `…` where that is not all. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** A path as the user would write it: from the current folder, unless that is longer. */
export function nearPath(path: string, from: string = process.cwd()): string {
  const absolute = resolve(path);
  const near = relative(from, absolute) || '.';
  return isAbsolute(near) || near.length >= absolute.length ? absolute : near;
}

/** A near path for a terminal. */
export function shownPath(path: string, from?: string): string {
  return clean(nearPath(path, from));
}

/** A word for a shell's command line, quoted where need be; bash and zsh know the quotes of control characters. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (clean(word) === word) return `'${word.replaceAll("'", "'\\''")}'`;
  return `$'${clean(word.replace(/[\\']/g, '\\$&'))}'`;
}
