/**
 * Offsets of everything that threads share: signal words (Int32) and the sizes of the blocks they stand in. Nothing
 * else in the code knows where a word is.
 *
 * Order of publication: rows and segment headers are plain stores; then a cut is written into the slot that is not
 * current; then `CUT_SEQUENCE` is stored atomically. Whoever has loaded the sequence sees all that came before.
 */

/** Words of the control block, one a recorder. */
export const WAKE = 0; // the writer sleeps on this; producers add 1
export const SLEEPING = 1; // one of the two below, or 0 while the writer works
export const SPACE = 2; // producers sleep on this; the writer adds 1 when it frees segments
export const FLUSH_ASKED = 3; // number of the newest flush that was asked for
export const FLUSH_DONE = 4; // number of the newest flush that is done; flushers sleep on this
export const REPLY = 5; // number of the newest answered question; askers sleep on this
export const WRITER_STATE = 6; // one of the states below, 0 while it starts
export const MEMORY_KB = 7; // memory taken by segments of all lanes
export const NUDGED = 8; // 1 where a segment is full: the writer looks at it when it naps
export const HEARTBEAT = 9; // the writer adds 1 with each attempt to write, so that a slow one is told from a dead one
export const CONTROL_WORDS = 16;

export const ASLEEP = 1;
export const NAPPING = 2;

export const STATE_OPEN = 1;
export const STATE_FAILED = 2; // the backend failed for good; rows are taken and counted as failed
export const STATE_CLOSED = 3;

/** Words of a lane block, one a producing thread; its two cut slots follow at `SLOTS_OFFSET`. */
export const CUT_SEQUENCE = 0; // newest whole cut; it stands in slot (sequence & 1)
export const REQUEST = 1; // the writer asks for a publication
export const CONSUMED = 2; // newest cut that the writer has released
export const REQUEST_NONE = 0;
export const REQUEST_PUBLISH = 1;
export const REQUEST_STOP = 2; // the next call that records throws Interrupted
export const REQUEST_FAILED = 3; // the next call that records throws WriteFailed

export const MAX_TABLES = 1024;
/** Float64 fields of a slot: units ended, whether the last unit is still open, then one row count a table. */
export const SLOT_UNITS = 0;
export const SLOT_OPEN = 1;
export const SLOT_COUNTS = 2;
export const SLOT_FIELDS: number = SLOT_COUNTS + MAX_TABLES;
export const SLOTS_OFFSET = 64;
export const LANE_BYTES: number = SLOTS_OFFSET + 2 * SLOT_FIELDS * 8;

/** Words of a segment header. */
export const SEGMENT_STATE = 0;
export const SEGMENT_ROWS = 1; // rows in it once it is closed, else -1
export const SEGMENT_NEXT = 2; // index of the segment that follows once it is closed, else -1
export const SEGMENT_ID_BASE = 2; // as a Float64 index: id of its first row
export const SEGMENT_HEADER_BYTES = 64;
export const SEGMENT_IN_USE = 0;
export const SEGMENT_FREE = 1;

/** Float64 fields of the statistics block: the writer's counters for each table, then commit times. */
export const STAT_WRITTEN = 0;
export const STAT_FAILED = 1;
export const STAT_REJECTED = 2;
export const STAT_BYTES = 3;
export const STATS_PER_TABLE = 4;
export const STAT_COMMITS: number = MAX_TABLES * STATS_PER_TABLE;
export const STAT_LATENCIES: number = STAT_COMMITS + 1;
export const LATENCY_SAMPLES = 1024;
export const STATS_BYTES: number = (STAT_LATENCIES + LATENCY_SAMPLES) * 8;
