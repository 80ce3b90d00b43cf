import type { TableBatch } from '../../read/reader.ts';
import { jsonTexts } from '../text/json-texts.ts';
import type { FileContent, TableEncoder } from './encoder.ts';
import { inParts } from './text-parts.ts';

/** An array of objects, one a line: what `pandas.read_json` and `JSON.parse` take. */
export function jsonEncoder(content: FileContent): TableEncoder {
  return objects(content, '[\n', ',\n', '\n]\n', '[]\n');
}

/** One object a line, without anything around them. */
export function ndjsonEncoder(content: FileContent): TableEncoder {
  return objects(content, '', '\n', '\n', '');
}

function objects(
  { columns }: FileContent,
  open: string,
  between: string,
  close: string,
  nothing: string,
): TableEncoder {
  const keys = columns.map(({ name }, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  let before = open;
  let begun = false;
  const lines = (batch: TableBatch, from: number, to: number): string => {
    const values = columns.map(({ name }) => jsonTexts(batch.columns[name]!, from, to));
    let text = '';
    for (let row = 0; row < to - from; row++) {
      text += before;
      before = between;
      for (let c = 0; c < keys.length; c++) text += keys[c]! + values[c]![row]!;
      text += '}';
    }
    begun = true;
    return text;
  };
  return {
    write: (batch) => inParts(batch, lines),
    end: () => [Buffer.from(begun ? close : nothing)],
  };
}
