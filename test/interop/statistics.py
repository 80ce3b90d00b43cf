"""Compares simtape's statistics of the runs of statistics.ts with those that pandas computes from the same files.

    python test/interop/statistics.py FOLDER

Needs what requirements.txt lists.
"""

import json
import math
import sqlite3
import sys
from pathlib import Path

import numpy as np
import pandas as pd


def close(found, wanted, where):
    assert math.isclose(found, wanted, rel_tol=1e-11), (where, found, wanted)


def check_column(frame, column):
    name, kind = column["name"], column["type"]
    values = frame[name]
    assert column["rows"] == len(values), column
    if kind == "labels":
        assert column["nulls"] == values.isna().sum(), column
        assert column["distinct"] == values.nunique(), column
        counts = values.value_counts().to_dict()
        assert {top["value"]: top["count"] for top in column["top"]} == counts, (column, counts)
        return True
    if kind == "booleans":
        assert column["trues"] == values.sum(), column
        close(column["share"], values.mean(), name)
        return True
    if kind != "numbers" or column["least"] is None:
        return False
    # To pandas a NaN is a missing value.
    assert column["nulls"] + column["nans"] == values.isna().sum(), column
    values = values.astype(float)
    for ours, theirs in [("least", values.min()), ("greatest", values.max()), ("mean", values.mean())]:
        close(column[ours], theirs, (name, ours))
    close(column["standardDeviation"], values.std(), (name, "std"))
    histogram = column["histogram"]
    edges = [histogram["start"] + i * histogram["width"] for i in range(len(histogram["counts"]) + 1)]
    # numpy counts the right end of the last interval in.
    counts, _ = np.histogram(values.dropna(), bins=edges + [math.inf])
    assert counts[:-1].tolist() == histogram["counts"] and counts[-1] == 0, (name, counts, histogram)
    return True


def check_trajectory(frame, ours):
    """The "Batch Analysis Workflow" of the recording API, for one agent in one episode."""
    df = frame[(frame["episode_id"] == ours["episode"]) & (frame["agent_id"] == ours["agent"])]
    positions = df[["position_x", "position_y"]].values
    distances = np.linalg.norm(np.diff(positions, axis=0), axis=1)
    total_distance = np.sum(distances)
    direct_distance = np.linalg.norm(positions[-1] - positions[0])
    where = (ours["episode"], ours["agent"])
    assert ours["steps"] == len(df), where
    close(ours["totalDistance"], total_distance, where)
    close(ours["directDistance"], direct_distance, where)
    close(ours["pathEfficiency"], direct_distance / total_distance, where)
    close(ours["duration"], df["timestamp"].iloc[-1] - df["timestamp"].iloc[0], where)
    assert abs(ours["totalReward"] - df["reward"].sum()) < 1e-9, where


def check(frame, expected, name):
    compared = sum(check_column(frame, column) for column in expected["columns"])
    assert compared >= 12, compared
    for trajectory in expected["trajectories"]:
        check_trajectory(frame, trajectory)
    assert len(expected["trajectories"]) == 6, expected["trajectories"]
    print(f"statistics of {name}: {compared} columns and {len(expected['trajectories'])} trajectories as in pandas")


def main(folder):
    expected = json.loads((folder / "expected.json").read_text())
    files = sorted((folder / "run" / "episodes").glob("trajectory_ep_*.parquet"))
    check(pd.concat([pd.read_parquet(path) for path in files]), expected["parquet"], "parquet")
    with sqlite3.connect(folder / "run.db") as database:
        check(pd.read_sql("SELECT * FROM steps ORDER BY step_id", database), expected["sqlite"], "sqlite")


main(Path(sys.argv[1]))
