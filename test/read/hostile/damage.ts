import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whole numbers from 0 to below `end`. */
export type Random = (end: number) => number;

/** Damages one of the files of a recording. Says what it did. */
export function damage(path: string, random: Random): string {
  const files = filesOf(path);
  const file = files[random(files.length)]!;
  const bytes = readFileSync(file);
  const isJson = file.endsWith('.json') && random(4) > 0;
  const [what, damaged] = isJson ? otherJson(bytes, random) : otherBytes(bytes, random);
  writeFileSync(file, damaged);
  return `${file.slice(path.length)} ${what}`;
}

function filesOf(path: string): string[] {
  const beside = ['', '.journal'].map((ending) => path + ending);
  return beside
    .filter((one) => statSync(one, { throwIfNoEntry: false }) !== undefined)
    .flatMap((one) =>
      statSync(one).isDirectory()
        ? readdirSync(one, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => join(entry.parentPath, entry.name))
        : [one],
    )
    .sort();
}

/** Numbers that sizes and counts are given. */
const SIZES = [0, 1, 0x7f, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

function otherBytes(whole: Buffer, random: Random): [what: string, bytes: Uint8Array] {
  const bytes = Buffer.from(whole);
  const { length } = bytes;
  if (length < 16) return ['made longer', Buffer.concat([bytes, Buffer.alloc(16, random(256))])];
  // What formats say of themselves stands at the start or at the end.
  const at = [random(length), random(Math.min(length, 512)), length - 1 - random(Math.min(length, 2048))][
    random(3)
  ]!;
  switch (random(6)) {
    case 0:
    case 1: {
      const flips = 1 + random(3);
      for (let i = 0; i < flips; i++) bytes[Math.min(length - 1, at + i * random(64))]! ^= 1 << random(8);
      return [`${flips} bits flipped at ${at}`, bytes];
    }
    case 2:
      return [`cut off at ${at}`, bytes.subarray(0, at)];
    case 3: {
      const size = SIZES[random(SIZES.length)]!;
      const place = Math.min(at, length - 8);
      if (random(2) === 0) bytes.writeUInt32LE(size, place);
      else bytes.writeBigUInt64LE(BigInt(size) << BigInt(random(32)), place);
      return [`${size} written at ${place}`, bytes];
    }
    case 4: {
      const end = Math.min(length, at + 1 + random(300));
      bytes.fill(random(2) * 0xff, at, end);
      return [`overwritten from ${at} to ${end}`, bytes];
    }
    default: {
      const from = random(length);
      const count = Math.min(1 + random(400), length - Math.max(at, from));
      bytes.copyWithin(at, from, from + count);
      return [`${count} bytes copied from ${from} to ${at}`, bytes];
    }
  }
}

const VALUES = [
  null,
  true,
  -1,
  1e300,
  2 ** 40,
  '',
  '../../../etc/passwd',
  'x'.repeat(5000),
  [],
  {},
  [[[]]],
  NaN,
];

/** JSON of which one value is another, or is gone. */
function otherJson(bytes: Buffer, random: Random): [what: string, bytes: Uint8Array] {
  const root = JSON.parse(bytes.toString('utf8')) as unknown;
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key]);
      visit((value as Record<string, unknown>)[key]);
    }
  };
  visit(root);
  const [holder, key] = places[random(places.length)]!;
  const value = VALUES[random(VALUES.length)];
  if (random(5) === 0) delete holder[key];
  else holder[key] = value;
  return [`${key} = ${JSON.stringify(value)?.slice(0, 40)}`, Buffer.from(JSON.stringify(root))];
}
