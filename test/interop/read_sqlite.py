"""Reads a SQLite recording of the plume world with Python's standard library alone, as a stranger to simtape would.

    python3 read_sqlite.py RECORDING.db EXPECTED.json

EXPECTED.json is what `simtape record --json` printed. Exits with 1 and says why where anything is not as documented.
"""

import json
import math
import sqlite3
import struct
import sys


def check(condition, message):
    if not condition:
        sys.exit(f"not as documented: {message}")


def main(path, expected_path):
    with open(expected_path) as file:
        expected = json.load(file)
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row

    check(db.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "integrity_check")
    check(db.execute("PRAGMA foreign_key_check").fetchall() == [], "foreign_key_check")
    check(db.execute("PRAGMA application_id").fetchone()[0] == int.from_bytes(b"simt", "big"), "application_id")

    run = db.execute("SELECT * FROM runs").fetchone()
    check(run["run_id"] == expected["runId"], "the run's id")
    check(run["end_timestamp"] >= run["start_timestamp"], "the run's times")
    check(json.loads(run["configuration"])["seed"] == 42, "the seed in the configuration")

    for table, counts in expected["tables"].items():
        rows = db.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
        check(rows == counts["written"], f"{table} has {rows} rows, {counts['written']} were written")

    # The analysis of the documented workflow: efficiency of each episode from its positions.
    for episode in db.execute("SELECT * FROM episodes ORDER BY episode_id").fetchall():
        steps = db.execute(
            "SELECT * FROM steps WHERE episode_id = ? AND run_id = ? ORDER BY step_number",
            (episode["episode_id"], episode["run_id"]),
        ).fetchall()
        check(len(steps) == episode["total_steps"], "total_steps")
        check([step["step_number"] for step in steps] == list(range(len(steps))), "step numbers")
        check(math.isclose(sum(step["reward"] for step in steps), episode["total_reward"], abs_tol=1e-9), "rewards")
        positions = [(step["position_x"], step["position_y"]) for step in steps]
        travelled = sum(math.dist(a, b) for a, b in zip(positions, positions[1:]))
        check(0 < travelled <= episode["distance_traveled"] + 1e-9, "distance_traveled")
        check(positions[-1] == (episode["final_position_x"], episode["final_position_y"]), "final_position")
        check(all(math.isfinite(json.loads(step["action_data"])["speed"]) for step in steps), "actions are JSON")
        check(bool(steps[-1]["done"]) and not any(step["done"] for step in steps[:-1]), "done at the end alone")

    units = dict(db.execute("SELECT column_name, unit FROM simtape_columns WHERE table_name = 'steps'").fetchall())
    check(units["timestamp"] == "s" and units["orientation"] == "rad", "units")

    # Values that SQLite cannot hold stand beside the table, as little-endian bytes.
    for bits, ids in db.execute("SELECT bits, row_ids FROM simtape_exact").fetchall():
        check(len(bits) == 8 and len(ids) % 8 == 0, "exact values")
        struct.unpack(f"<{len(ids) // 8}q", ids)
    print(f"{path}: read by Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}: as documented")


main(*sys.argv[1:])
