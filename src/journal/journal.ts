import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Commit } from '../backends/commit.ts';
import { SimtapeError } from '../errors.ts';
import type { TablePlan } from '../schema/plan.ts';
import { BadRecord, decodeRows } from './decode.ts';
import { RECORD_ROWS, segmentNumber } from './format.ts';
import { scan } from './scan.ts';
import { SegmentFile } from './segment-file.ts';
import { type JournalReport, Survey } from './survey.ts';

/** A journal for reading: what it held when it was opened, also where its run goes on and deletes segments. */
export class Journal implements Disposable {
  readonly report: JournalReport;
  #files: readonly SegmentFile[];
  readonly #survey = new Survey();

  /** @throws `NewerFormat` */
  constructor(folder: string) {
    this.#files = openAll(folder);
    try {
      for (const file of this.#files) this.#survey.add(file);
    } catch (error) {
      this.close();
      throw error;
    }
    this.report = this.#survey.report(this.#files.length);
  }

  /** All plans that it tells of, of tables without rows too. */
  get plans(): readonly TablePlan[] {
    return [...this.#survey.plans.values()];
  }

  /**
   * Whole commits with numbers above `after`, in order. One of several records comes in several parts, all but the last
   * of them `open`; no more than one record is in memory. A commit's slices are valid until the next is asked for.
   *
   * @throws `NotARecording` where the files have changed since they were opened
   */
  *commits(after = 0): Generator<Commit> {
    for (const { file, seed, from, to } of this.#survey.stretches) {
      for (const record of scan(file, seed, from, to, true)) {
        if ('gap' in record) throw changed(file);
        const { type, number, open } = record.header;
        if (type !== RECORD_ROWS || number <= after) continue;
        try {
          yield { number, open, tables: decodeRows(record.payload, this.#survey.plans) };
        } catch (error) {
          throw error instanceof BadRecord ? changed(file) : error;
        }
      }
    }
  }

  /** Nothing can be read behind this; a second call does nothing. */
  close(): void {
    const files = this.#files;
    this.#files = [];
    for (const file of files) file[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Opens the journal of a folder, and looks through all of it. A folder that is not there holds nothing.
 * @throws `NewerFormat`
 */
export function readJournal(folder: string): Journal {
  return new Journal(folder);
}

/** Opens all segments in order. One that is deleted at this moment is held elsewhere: the list is made again. */
function openAll(folder: string): SegmentFile[] {
  for (;;) {
    const files: SegmentFile[] = [];
    try {
      for (const name of segmentsIn(folder)) files.push(new SegmentFile(join(folder, name), name));
      return files;
    } catch (error) {
      for (const file of files) file[Symbol.dispose]();
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

/** Names of the segment files in a folder, in order; none where there is no such folder. */
export function segmentsIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => segmentNumber(name) !== null)
    .sort((a, b) => segmentNumber(a)! - segmentNumber(b)!);
}

function changed(file: SegmentFile): SimtapeError<'NotARecording'> {
  return new SimtapeError('NotARecording', `${file.path} has changed while it was read: read it again`, {
    path: file.path,
  });
}
