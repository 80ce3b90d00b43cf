import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { Transform } from 'node:stream';
import { constants, createBrotliCompress, createGzip, createZstdCompress } from 'node:zlib';
import { writeWhole } from '../../backends/whole-io.ts';
import type { Compression, TableFormat } from '../formats.ts';

/** Levels where none was asked for: what the tools of each codec take. */
const LEVELS = { gzip: 6, zstd: 3, brotli: 5 } as const;

/** What compresses a whole file, of a text format; null where nothing does. */
export function compressorFor(format: TableFormat, { name, level }: Compression): Transform | null {
  if (format === 'parquet' || format === 'arrow' || name === 'none') return null;
  const chosen = level ?? LEVELS[name as keyof typeof LEVELS];
  if (name === 'gzip') return createGzip({ level: chosen });
  if (name === 'zstd') return createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: chosen } });
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: chosen } });
}

/** A file that is written from its start to its end, through a compressor where there is one. */
export class OutputFile {
  readonly #file: number;
  readonly #compressor: Transform | null;
  #failure: { readonly error: unknown } | null = null;
  #isOpen = true;

  constructor(path: string, compressor: Transform | null) {
    this.#file = openSync(path, 'wx');
    this.#compressor = compressor;
    compressor?.on('error', (error) => this.#fail(error));
    compressor?.on('data', (chunk: Uint8Array) => {
      try {
        if (this.#failure === null) this.#append(chunk);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** Resolves when the chunks are written, or in the compressor's memory. */
  async write(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      if (this.#compressor === null) this.#append(chunk);
      else await new Promise<void>((resolve) => this.#compressor!.write(chunk, () => resolve()));
    }
    this.#refuseFailed();
  }

  /** Ends the file, and waits until the disk has it. */
  async finish(): Promise<void> {
    const compressor = this.#compressor;
    if (compressor !== null) {
      await new Promise<void>((resolve) => {
        compressor.once('end', resolve).once('close', resolve);
        compressor.end();
      });
    }
    this.#refuseFailed();
    fsyncSync(this.#file);
    this.close();
  }

  /** Closes a file that is not finished; does nothing to one that is. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#compressor?.destroy();
    closeSync(this.#file);
  }

  #append(bytes: Uint8Array): void {
    writeWhole(this.#file, bytes, null);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }

  #refuseFailed(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
