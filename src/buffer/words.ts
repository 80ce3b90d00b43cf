/**
 * Offsets of everything that threads share: signal words (Int32) and the sizes of the blocks they stand in. Nothing
 * else in the code knows where a word is.
 *
 * Order of publication: rows and segment headers are plain stores; then a cut is written into the slot that is not
 * current; then `CUT` is stored. Whoever has loaded it sees all that came before.
 */

/** Words of the control block, one a recorder. */
export const WAKE = 0; // the writer sleeps on this; producers add 1
export const SLEEPING = 1; // one of the two below, or 0 while the writer works
export const SPACE = 2; // producers sleep on this; the writer adds 1 when it frees segments
export const EPOCH = 3; // the writer adds 1 before it reads the lanes; a commit takes cuts of the epochs before
export const WRITER_STATE = 4; // one of the states below, 0 while it starts
export const MEMORY_KB = 5; // memory taken by segments of all lanes
export const RESERVED_KB = 6; // memory promised to tables that have only one segment
export const IN_USE_KB = 7; // memory of segments that hold rows
export const NUDGED = 8; // 1 where a segment is full: the writer looks at it when it naps
export const HEARTBEAT = 9; // the writer adds 1 with each attempt to write, so that a slow one is told from a dead one
export const LANES = 10; // lanes of other threads that were attached and have not ended
export const DUMPS = 11; // how often a dump was asked for
export const CONTROL_WORDS = 16;

export const ASLEEP = 1;
export const NAPPING = 2;

export const STATE_OPEN = 1;
export const STATE_FAILED = 2; // the backend failed for good; rows are taken and counted as failed
export const STATE_CLOSED = 3;

export const MAX_TABLES = 1024;
/** Int64 fields of the id block, one a recorder: the next id of each table, then the highest number of an episode. */
export const IDS_BYTES: number = (MAX_TABLES + 1) * 8;
export const LAST_EPISODE: number = IDS_BYTES / 8 - 1;

/** Words of a lane block, one a producing thread. */
export const CUT = 0; // newest whole cut, and where it stands: see cut-word.ts
export const REQUEST = 1; // the writer, or who attached a lane, asks for something
export const CONSUMED = 2; // the cut that the writer has released last
export const FLUSH_ASKED = 3; // number of the newest flush that was asked for
export const FLUSH_DONE = 4; // number of the newest flush that is done; flushers sleep on this
export const REPLY = 5; // the writer adds 1 with each answer; askers sleep on this
export const LANE_MEMORY_KB = 6; // this lane's part of the words of the control block
export const LANE_RESERVED_KB = 7;
export const LANE_IN_USE_KB = 8;
export const UNIT_OPEN = 9; // 1 while a unit is open
export const JOINED = 10; // 1 once a thread has joined with the lane
export const REQUEST_NONE = 0;
export const REQUEST_PUBLISH = 1;
export const REQUEST_EACH = 2; // publish every unit at once: another lane may refer to its rows
export const REQUEST_STOP = 3; // the next call that records throws Interrupted
export const REQUEST_FAILED = 4; // the next call that records throws WriteFailed
export const REQUEST_CLOSED = 5; // the next call that records throws RecorderClosed

/** Float64 fields of a slot: the cut's word, its epoch, whether the last unit is still open, one row count a table. */
export const SLOT_WORD = 0;
export const SLOT_EPOCH = 1;
export const SLOT_OPEN = 2;
export const SLOT_COUNTS = 3;
export const SLOT_FIELDS: number = SLOT_COUNTS + MAX_TABLES;
export const SLOTS = 3;
export const SLOTS_OFFSET = 64;
/** Float64 fields of a lane's counters: some for each table, in the lane's own order of tables, then one for the lane. */
export const COUNTERS_OFFSET: number = SLOTS_OFFSET + SLOTS * SLOT_FIELDS * 8;
export const COUNT_WRITTEN = 0; // these are the writer's
export const COUNT_FAILED = 1;
export const COUNT_REFUSED = 2;
export const COUNT_BYTES = 3;
export const COUNT_TAKEN = 4; // these are the producer's
export const COUNT_DROPPED = 5;
export const COUNT_REJECTED = 6;
export const COUNT_COMPLETIONS = 7; // rows that completed an earlier one of their key
export const COUNT_DISCARDED = 8; // rows of the dropped ones that were taken before
export const COUNTERS_PER_TABLE = 9;
export const COUNT_STALL_MS: number = MAX_TABLES * COUNTERS_PER_TABLE;
export const COUNTERS: number = COUNT_STALL_MS + 1;
export const LANE_BYTES: number = COUNTERS_OFFSET + COUNTERS * 8;

/** Words of a segment header. */
export const SEGMENT_STATE = 0;
export const SEGMENT_ROWS = 1; // rows in it once it is closed, else -1
export const SEGMENT_NEXT = 2; // index of the segment that follows once it is closed, else -1
export const SEGMENT_ID_BASE = 2; // as a Float64 index: id of its first row
export const SEGMENT_HEADER_BYTES = 64;
export const SEGMENT_IN_USE = 0;
export const SEGMENT_FREE = 1;
export const SEGMENT_GONE = 2; // its memory was given back, by whoever made this of SEGMENT_FREE

/** Float64 fields of the statistics block, one a recorder: commits, and how long the newest of them took. */
export const STAT_COMMITS = 0;
export const STAT_LATENCIES = 1;
export const LATENCY_SAMPLES = 1024;
export const STATS_BYTES: number = (STAT_LATENCIES + LATENCY_SAMPLES) * 8;
