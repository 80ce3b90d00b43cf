/** A replacer that keeps every digit of a bigint. */
export function bigintsAsNumbers(_: string, part: unknown): unknown {
  return typeof part === 'bigint' ? rawJson(String(part)) : part;
}

const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };
