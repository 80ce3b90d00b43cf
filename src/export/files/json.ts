import type { TableBatch } from '../../read/reader.ts';
import { jsonTexts } from '../text/json-texts.ts';
import type { FileContent, TableEncoder } from './encoder.ts';

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
  return {
    write(batch: TableBatch) {
      const values = columns.map(({ name }) => jsonTexts(batch.columns[name]!));
      let text = '';
      for (let row = 0; row < batch.rows; row++) {
        text += before;
        before = between;
        for (let c = 0; c < keys.length; c++) text += keys[c]! + values[c]![row]!;
        text += '}';
      }
      begun ||= batch.rows > 0;
      return [Buffer.from(text)];
    },
    end: () => [Buffer.from(begun ? close : nothing)],
  };
}
