import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bigintsAsNumbers } from '../../backends/exact-json.ts';
import { type ArrowFile, type BatchNote, MANIFEST_NAME, newManifest } from '../../read/arrow/manifest.ts';
import type { Run, TableBatch } from '../../read/reader.ts';
import type { Course } from '../course.ts';
import type { EncoderFactory } from '../files/encoder.ts';
import { OutputFile } from '../files/output-file.ts';
import type { Compression } from '../formats.ts';
import { fileMetadata } from '../metadata.ts';
import type { SourceTable } from '../source.ts';
import { syncFile } from '../staging.ts';
import { runInfo } from './run-info.ts';

/**
 * Writes a run as a folder of Arrow files, one a table, and a manifest that says what a reader of recordings needs.
 * @returns rows written, by table
 */
export async function writeArrow(
  folder: string,
  encoders: EncoderFactory,
  compression: Compression,
  run: Run,
  tables: readonly SourceTable[],
  course: Course,
): Promise<Map<string, number>> {
  mkdirSync(folder, { recursive: true });
  const files: ArrowFile[] = [];
  for (const table of tables) {
    const { plan, columns } = table;
    const file = `${plan.name}.arrow`;
    const metadata = fileMetadata(plan, columns, [run]);
    const encoder = encoders({ columns, metadata, compression, csv: {} });
    const output = new OutputFile(join(folder, file), null);
    const batches: BatchNote[] = [];
    try {
      for await (const batch of table.batches()) {
        if (batch.rows === 0) continue;
        batches.push(noteOf(plan.id, batch));
        await output.write(encoder.write(batch));
        await course.did(batch.rows);
      }
      await output.write(encoder.end());
      await output.finish();
    } finally {
      output.close();
    }
    files.push({ plan, file, batches });
  }
  const manifest = newManifest({ run: runInfo(run), endTimestamp: run.endTimestamp, tables: files });
  const path = join(folder, MANIFEST_NAME);
  writeFileSync(path, `${JSON.stringify(manifest, bigintsAsNumbers, 2)}\n`);
  syncFile(path);
  return new Map(
    files.map(({ plan, batches }) => [plan.name, batches.reduce((sum, { rows }) => sum + rows, 0)]),
  );
}

function noteOf(id: string | null, { rows, columns }: TableBatch): BatchNote {
  if (id === null) return { rows, firstId: 0, lastId: 0 };
  const ids = columns[id]!.values as Float64Array;
  return { rows, firstId: ids[0]!, lastId: ids[rows - 1]! };
}
