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
}

/** Files and bytes of what stands at a path. */
export function sizeOf(path: string): { files: number; bytes: number } {
  const found = statSync(path);
  if (!found.isDirectory()) return { files: 1, bytes: found.size };
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return { files: files.length, bytes: bytesIn(path) };
}
