import {
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fixChecksums } from './checksums.ts';
import { damageJson } from './damage-json.ts';
import { damageCatalogue } from './damage-sqlite.ts';
import type { Random } from './random.ts';

/** What was done to a file. */
export interface Damage {
  readonly file: string;
  readonly what: string;
}

/** Numbers that lie: sizes beyond any file, signs turned over. */
const LIES = [
  0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7ffffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
];

/** Damages one or more files of a folder. */
export function damage(folder: string, random: Random): Damage[] {
  const damages: Damage[] = [];
  for (let times = random.onceIn(4) ? 2 : 1; times > 0; times--) {
    const files = filesIn(folder);
    // The first damage may have removed the only one.
    if (files.length === 0) break;
    const file = random.pick(files);
    const what = damageOne(file, files, random);
    damages.push({ file, what });
    // Two files change places.
    if (what.startsWith('swapped'))
      damages.push({ file: join(folder, what.slice('swapped with '.length)), what });
  }
  return damages;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function damageOne(file: string, all: readonly string[], random: Random): string {
  const name = basename(file);
  if (random.onceIn(20)) return wholesale(file, all, random);
  if (name.endsWith('.json') && !random.onceIn(5)) return damageJson(file, random);
  if (name.endsWith('.db') && random.onceIn(3)) return damageCatalogue(file, random);
  const bytes = readFileSync(file);
  if (bytes.length === 0) {
    writeFileSync(file, Buffer.from('garbage'));
    return 'filled';
  }
  const whole = Buffer.from(bytes);
  const told: string[] = [];
  for (let times = random.pick([1, 1, 1, 2, 4, 8]); times > 0; times--)
    told.push(damageBytes(bytes, name, random));
  const fixed = !random.onceIn(4) && fixChecksums(name, whole, bytes) ? ', checksums right' : '';
  writeFileSync(file, bytes);
  if (random.onceIn(12)) {
    const length = random.below(bytes.length);
    truncateSync(file, length);
    told.push(`cut to ${length}`);
  }
  return told.join('; ') + fixed;
}

/** What is done to a file as a whole. */
function wholesale(file: string, all: readonly string[], random: Random): string {
  switch (random.below(4)) {
    case 0:
      rmSync(file);
      return 'removed';
    case 1:
      truncateSync(file, 0);
      return 'emptied';
    case 2: {
      const length = random.below(statSync(file).size);
      truncateSync(file, length);
      return `cut to ${length}`;
    }
    default: {
      const other = random.pick(all);
      const content = readFileSync(file);
      if (other === file) return 'left alone';
      renameSync(other, file);
      writeFileSync(other, content);
      return `swapped with ${other}`;
    }
  }
}

/** Changes some bytes in their place. */
function damageBytes(bytes: Buffer, name: string, random: Random): string {
  const at = place(bytes.length, name, random);
  switch (random.below(6)) {
    case 0:
    case 1:
      bytes[at]! ^= 1 << random.below(8);
      return `bit at ${at}`;
    case 2:
      bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
      return `byte at ${at}`;
    case 3: {
      const lie = random.pick(LIES);
      const aligned = Math.min(at & ~random.pick([0, 3]), Math.max(0, bytes.length - 4));
      if (bytes.length < 4) return 'nothing';
      if (random.onceIn(2)) bytes.writeUInt32LE(lie, aligned);
      else bytes.writeUInt32BE(lie, aligned);
      return `${lie} at ${aligned}`;
    }
    case 4: {
      const end = Math.min(bytes.length, at + random.pick([2, 8, 64, 512]));
      bytes.fill(random.pick([0, 0xff]), at, end);
      return `filled ${at} to ${end}`;
    }
    default: {
      const from = random.below(bytes.length);
      const length = Math.min(random.pick([4, 16, 100, 1000]), bytes.length - from, bytes.length - at);
      bytes.copyWithin(at, from, from + length);
      return `copied ${length} from ${from} to ${at}`;
    }
  }
}

/** Anywhere; half of the time where the format keeps what it says of itself. */
function place(length: number, name: string, random: Random): number {
  if (random.onceIn(2)) return random.below(length);
  if (/\.(parquet|arrow)$/.test(name)) return Math.max(0, length - 1 - random.below(6000));
  if (name.endsWith('.db')) return random.below(Math.min(length, 8 * 4096));
  return random.below(Math.min(length, 2000));
}
