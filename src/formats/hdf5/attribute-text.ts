import type { AttributeValue, AttributeValues } from './messages/attribute.ts';
import { ARRAYS, type Hdf5Number } from './types.ts';

/** What an attribute's values are, whether they are a list, and the values as texts. */
type Written = readonly [kind: Kind, isList: boolean, values: readonly string[]];
type Kind = 'string' | 'boolean' | 'number' | 'bigint' | Hdf5Number;

/** Attributes as JSON, in which NaN, -0, bigints and typed arrays stay what they are. */
export function textOfAttributes(values: AttributeValues): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, write(value)])),
  );
}

/** The attributes of such a text. */
export function attributesOfText(text: string): AttributeValues {
  const written = Object.entries(JSON.parse(text) as Record<string, Written>);
  return Object.fromEntries(written.map(([name, value]) => [name, read(value)]));
}

function write(value: AttributeValue): Written {
  if (ArrayBuffer.isView(value)) {
    const kind = (Object.keys(ARRAYS) as Hdf5Number[]).find((number) => value instanceof ARRAYS[number])!;
    return [kind, true, Array.from(value as ArrayLike<number | bigint>, textOf)];
  }
  const isList = Array.isArray(value);
  const values: readonly unknown[] = isList ? value : [value];
  return [(values.length === 0 ? 'number' : typeof values[0]) as Kind, isList, values.map(textOf)];
}

function textOf(value: unknown): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function read([kind, isList, texts]: Written): AttributeValue {
  if (kind in ARRAYS) {
    const number = kind as Hdf5Number;
    const isWide = number === 'i64' || number === 'u64';
    const array = new ARRAYS[number](texts.length);
    for (const [i, text] of texts.entries()) array[i] = isWide ? BigInt(text) : Number(text);
    return array;
  }
  const values = texts.map((text) => parsed(kind, text));
  return (isList ? values : values[0]!) as AttributeValue;
}

function parsed(kind: Kind, text: string): string | number | bigint | boolean {
  if (kind === 'number') return Number(text);
  if (kind === 'bigint') return BigInt(text);
  return kind === 'boolean' ? text === 'true' : text;
}
