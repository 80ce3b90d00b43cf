import { readdirSync, statSync } from 'node:fs';
import { bytesIn } from '../read/parquet/run-folder.ts';
import type { ExportFormat } from './formats.ts';

/** What an export or a conversion made. */
export interface ExportReport {
  /** The file or folder. */
  readonly path: string;
  readonly format: ExportFormat;
  /** Rows that were written, by table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly files: number;
  readonly bytes: number;
  readonly seconds: number;
  /** What the new files have not got of the recording, in words; often nothing. */
  readonly notes: readonly string[];
}

/** Files and bytes of what stands at some paths. */
export function sizeOf(...paths: readonly string[]): { files: number; bytes: number } {
  const size = { files: 0, bytes: 0 };
  for (const path of paths) {
    const found = statSync(path);
    const files = found.isDirectory()
      ? readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
      : 1;
    size.files += files;
    size.bytes += found.isDirectory() ? bytesIn(path) : found.size;
  }
  return size;
}
