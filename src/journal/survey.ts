import type { TablePlan } from '../schema/plan.ts';
import { BadRecord, decodeRows } from './decode.ts';
import { RECORD_ABANDON, RECORD_PLAN, RECORD_ROWS, type RecordHeader, recordBytes } from './format.ts';
import { type Gap, openSegmentFile, scan } from './scan.ts';
import type { JournalRecord, SegmentFile } from './segment-file.ts';
import { decodePlan } from './segment-header.ts';

/** A stretch of a journal that is not as it was written. None of its rows are given out. */
export interface Damage {
  /** Name of the segment file. */
  readonly file: string;
  /** Byte at which it begins, and how many bytes are passed over. */
  readonly position: number;
  readonly bytes: number;
  readonly reason: string;
  /** Number of the last whole commit before it, 0 where there is none. */
  readonly after: number;
}

/** What a journal holds. */
export interface JournalReport {
  /** Null where no segment could be read. */
  readonly runId: string | null;
  readonly segments: number;
  readonly bytes: number;
  /** Whole commits, and the numbers of the first and the last; 0 where there are none. */
  readonly commits: number;
  readonly firstCommit: number;
  readonly lastCommit: number;
  /** Bytes of a record that the writer did not come to the end of: usual after a kill, and nothing confirmed. */
  readonly tornBytes: number;
  /** The commit at the end that was never closed, so that nothing of it counts; usual after a kill too. */
  readonly unfinished: { readonly number: number; readonly parts: number } | null;
  readonly damaged: readonly Damage[];
  /** Numbers of commits between the first and the last that are not there. */
  readonly missing: readonly { readonly from: number; readonly to: number }[];
}

/** Records of whole commits, one behind another. */
export interface Stretch {
  readonly file: SegmentFile;
  readonly seed: number;
  readonly from: number;
  to: number;
}

/** Goes through all segments once: what is whole, where it stands, and what is not. */
export class Survey {
  readonly plans: Map<number, TablePlan> = new Map();
  readonly stretches: Stretch[] = [];
  readonly #damaged: Damage[] = [];
  readonly #missing: { from: number; to: number }[] = [];
  #runId: string | null = null;
  #bytes = 0;
  #tornBytes = 0;
  #commits = 0;
  #first = 0;
  #last = 0;
  /** The commit whose records are coming in. */
  #open: { number: number; parts: number; stretches: Stretch[] } | null = null;

  /** Segments in order. */
  add(file: SegmentFile): void {
    this.#bytes += file.bytes;
    const opened = openSegmentFile(file);
    if ('gap' in opened) {
      this.#gap(file, opened);
      return;
    }
    const { header, seed, start } = opened;
    this.#runId ??= header.runId;
    if (header.runId !== this.#runId) {
      const reason = `the segment belongs to run ${header.runId}, not ${this.#runId}`;
      this.#gap(file, { gap: 'damaged', position: 0, bytes: file.bytes, reason });
      return;
    }
    for (const { number, plan } of header.plans) this.#plan(number, plan);
    for (const found of scan(file, seed, start, file.bytes, true)) {
      if ('gap' in found) this.#gap(file, found);
      else this.#record(file, seed, found);
    }
  }

  report(segments: number): JournalReport {
    return {
      runId: this.#runId,
      segments,
      bytes: this.#bytes,
      commits: this.#commits,
      firstCommit: this.#first,
      lastCommit: this.#last,
      tornBytes: this.#tornBytes,
      unfinished: this.#open && { number: this.#open.number, parts: this.#open.parts },
      damaged: this.#damaged,
      missing: this.#missing,
    };
  }

  /** The newest object for a plan's number: the same as before, so that backends see one plan and not many. */
  #plan(number: number, plan: TablePlan): void {
    if (!this.plans.has(number)) this.plans.set(number, plan);
  }

  #gap(file: SegmentFile, { gap, position, bytes, reason }: Gap): void {
    if (gap === 'torn') this.#tornBytes += bytes;
    else this.#damaged.push({ file: file.name, position, bytes, reason, after: this.#last });
  }

  #record(file: SegmentFile, seed: number, record: JournalRecord): void {
    const { header } = record;
    try {
      this.#take(file, seed, record);
    } catch (error) {
      if (!(error instanceof BadRecord)) throw error;
      const bytes = recordBytes(header);
      this.#gap(file, { gap: 'damaged', position: header.position, bytes, reason: error.message });
    }
  }

  /** @throws `BadRecord` */
  #take(file: SegmentFile, seed: number, { header, payload }: JournalRecord): void {
    if (header.type === RECORD_PLAN) {
      const plan = decodePlan(payload);
      if (plan === null) throw new BadRecord('a plan is not as this version writes it');
      this.#plan(header.number, plan);
    } else if (header.type === RECORD_ROWS) {
      decodeRows(payload, this.plans);
      this.#rows(file, seed, header);
    } else if (header.type === RECORD_ABANDON) {
      if (this.#open?.number === header.number) this.#open = null;
    } else throw new BadRecord(`records of type ${header.type} are not known`);
  }

  #rows(file: SegmentFile, seed: number, header: RecordHeader): void {
    const { number, part, open, position } = header;
    // A commit that was written again after it was whole.
    if (number <= this.#last) return;
    if (part === 0) this.#open = { number, parts: 0, stretches: [] };
    // A part whose beginning is lost counts for nothing; that its commit is missing shows with the next one.
    if (this.#open?.number !== number || this.#open.parts !== part) return;
    this.#open.parts++;
    extend(this.#open.stretches, { file, seed, from: position, to: position + recordBytes(header) });
    if (open) return;
    if (this.#last > 0 && number > this.#last + 1)
      this.#missing.push({ from: this.#last + 1, to: number - 1 });
    for (const stretch of this.#open.stretches) extend(this.stretches, stretch);
    this.#open = null;
    this.#commits++;
    if (this.#first === 0) this.#first = number;
    this.#last = number;
  }
}

function extend(stretches: Stretch[], next: Stretch): void {
  const last = stretches.at(-1);
  if (last?.file === next.file && last.to === next.from) last.to = next.to;
  else stretches.push(next);
}
