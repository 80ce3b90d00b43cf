/** A text as a field of CSV (RFC 4180): in quotes where it has to be, and where it is empty, as null has none. */
export function csvField(text: string, special: RegExp = SPECIAL): string {
  return text === '' || special.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const SPECIAL = /[",\r\n]/;

/** What has to stand in quotes where fields are separated by a delimiter. */
export function specialFor(delimiter: string): RegExp {
  return delimiter === ',' ? SPECIAL : new RegExp(`["\\r\\n${delimiter.replace(/[\\\]^-]/g, '\\$&')}]`);
}
