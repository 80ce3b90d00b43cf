import { type DocumentOptions, type ParseOptions, parseDocument, type SchemaOptions } from 'yaml';

/** A YAML document whose integers are bigints, until {@link exactValue} has looked at them. */
export function yamlDocument(
  text: string,
  options: ParseOptions & DocumentOptions & SchemaOptions = {},
): ReturnType<typeof parseDocument> {
  return parseDocument(text, { prettyErrors: false, intAsBigInt: true, ...options });
}

/** A value of such a document: its integers are numbers, unless a number would round them. */
export function exactValue(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) return value.map(exactValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, exactValue(part)]));
}
