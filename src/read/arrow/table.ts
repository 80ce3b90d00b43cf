import { join } from 'node:path';
import type { Piece, Stretch } from '../pieces.ts';
import type { TableInfo } from '../reader.ts';
import { ownColumns } from '../select.ts';
import { type Siblings, StretchTable } from '../stretch-table.ts';
import { readBatch } from './file.ts';
import type { ArrowFile } from './manifest.ts';

/** Reads a table of a recording in Arrow files. */
export class ArrowTable extends StretchTable {
  readonly #file: ArrowFile;

  constructor(
    info: TableInfo,
    file: ArrowFile,
    folder: string,
    runId: string,
    siblings: Siblings,
    refuseIfClosed: () => void,
  ) {
    super(info, file.plan, folder, runId, siblings, refuseIfClosed);
    this.#file = file;
  }

  protected async pieces(): Promise<Piece[]> {
    return this.#pieces();
  }

  /** Rows of a key stand there in the order of their keys, one each. */
  protected async *keyed(names: readonly string[]): AsyncGenerator<Stretch, void> {
    for (const piece of this.#pieces()) {
      yield { cells: await piece.read(names, 0, piece.rows), from: 0, to: piece.rows };
    }
  }

  #pieces(): Piece[] {
    const { file, batches } = this.#file;
    const path = join(this.path, file);
    const own = new Map(ownColumns(this.info).map((column) => [column.name, column]));
    return batches.map((note, index) => ({
      ...note,
      ordered: true,
      read: (names, from, to) =>
        readBatch(
          path,
          index,
          note,
          names.map((name) => own.get(name)!),
          from,
          to,
        ),
    }));
  }
}
