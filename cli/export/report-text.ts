import { existsSync } from 'node:fs';
import type { ExportReport } from '../../src/export/index.ts';
import { userFolder } from '../invocation.ts';
import { bytes, clean, count, counted, duration, shownPath } from '../text/format.ts';
import { bold, dim } from '../text/style.ts';
import { indent, textTable } from '../text/table.ts';

/** What was made, and what to do with it. */
export function reportText(report: ExportReport, next: readonly string[]): string {
  const { path, format, rows, files, bytes: size, seconds, notes } = report;
  const tables = Object.entries(rows);
  const total = tables.reduce((sum, [, written]) => sum + written, 0);
  const what = tables.length === 1 ? `${counted(total, 'row')} of ${tables[0]![0]}` : counted(total, 'row');
  const extent = files === 1 ? bytes(size) : `${counted(files, 'file')}, ${bytes(size)}`;
  const blocks = [
    `${bold(shownPath(path, userFolder()))}  ${format}: ${what}, ${extent} in ${duration(seconds)}`,
  ];
  if (tables.length > 1) {
    const columns = [{ title: 'table' }, { title: 'rows', right: true }];
    blocks.push(
      indent(
        textTable(
          columns,
          tables.map(([name, written]) => [name, count(written)]),
        ),
      ),
    );
  }
  const sidecar = `${path}.metadata.json`;
  if (existsSync(sidecar)) {
    blocks.push(indent(`units, descriptions and the run stand in ${shownPath(sidecar, userFolder())}`));
  }
  for (const note of notes) blocks.push(indent(`note: ${clean(note)}`));
  if (next.length > 0) blocks.push(dim(['next:', ...next.map((line) => indent(line))].join('\n')));
  return blocks.join('\n');
}
