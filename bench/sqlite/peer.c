/*
 * The C API by the book: one prepared statement, one bind per value, one step per row, a transaction every so many
 * rows. Usage: peer DATABASE SCHEMA_SQL ROWS ROWS_PER_FRAME ROWS_PER_TRANSACTION. Prints one line of JSON.
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define NUMBERS 20
#define BODIES 100

static sqlite3 *db;

static void check(int code) {
  if (code == SQLITE_OK || code == SQLITE_DONE) return;
  fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
  exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(db, sql, NULL, NULL, NULL)); }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *statement;
  check(sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
  return statement;
}

static void step(sqlite3_stmt *statement) {
  check(sqlite3_step(statement));
  check(sqlite3_reset(statement));
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const int64_t rows = atoll(argv[3]), per_frame = atoll(argv[4]), per_transaction = atoll(argv[5]);
  static double state[BODIES][NUMBERS];
  uint32_t random = 1;

  check(sqlite3_open(argv[1], &db));
  run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = 2000; PRAGMA foreign_keys = ON");
  run(argv[2]);
  sqlite3_stmt *frame = prepare("INSERT INTO simulation_frame VALUES (?, ?, ?, 1)");
  sqlite3_stmt *row = prepare("INSERT INTO body_state VALUES (?, ?, ?"
                              ", ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)");
  const double start = now();
  run("BEGIN IMMEDIATE");
  for (int64_t i = 0; i < rows; i++) {
    const int64_t frame_id = i / per_frame + 1;
    if (i % per_frame == 0) {
      if (i > 0 && i % per_transaction == 0) run("COMMIT; BEGIN IMMEDIATE");
      sqlite3_bind_int64(frame, 1, frame_id);
      sqlite3_bind_double(frame, 2, frame_id / 60.0);
      sqlite3_bind_double(frame, 3, 1.7e9 + frame_id / 60.0);
      step(frame);
    }
    double *body = state[i % BODIES];
    sqlite3_bind_int64(row, 1, i + 1);
    sqlite3_bind_int64(row, 2, frame_id);
    sqlite3_bind_int64(row, 3, i % BODIES);
    for (int k = 0; k < NUMBERS; k++) {
      random ^= random << 13, random ^= random >> 17, random ^= random << 5;
      body[k] += (int32_t)random * 1e-12;
      sqlite3_bind_double(row, 4 + k, body[k]);
    }
    step(row);
  }
  run("COMMIT");
  sqlite3_finalize(frame);
  sqlite3_finalize(row);
  check(sqlite3_close(db));
  const double seconds = now() - start;
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"version\":\"%s\",\"seconds\":%.6f,\"cpu\":%.6f,\"peakMb\":%.3f}\n", sqlite3_libversion(), seconds,
         usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
         usage.ru_maxrss / 1024.0);
  return 0;
}
