"""Reads the runs of parquet_runs.ts as their users do: with pandas, pyarrow, DuckDB and polars, file by file and whole.

    python test/interop/parquet_runs.py FOLDER

Needs what requirements.txt lists.
"""

import contextlib
import io
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import duckdb
import pandas as pd
import polars
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

# The "Batch Analysis Workflow" of the recording API, word for word.
WORKFLOW = """
# Load and analyze recorded data
import pandas as pd
import numpy as np

# Load trajectory data
df = pd.read_parquet('./data/trajectory_ep_000001.parquet')

# Analyze navigation efficiency
positions = df[['position_x', 'position_y']].values
distances = np.linalg.norm(np.diff(positions, axis=0), axis=1)
total_distance = np.sum(distances)
direct_distance = np.linalg.norm(positions[-1] - positions[0])
efficiency = direct_distance / total_distance

print(f"Path efficiency: {efficiency:.2f}")
print(f"Total distance: {total_distance:.1f}")
print(f"Episode duration: {df['timestamp'].iloc[-1] - df['timestamp'].iloc[0]:.1f}s")
"""


def visible(run):
    """The files of a run that have their name."""
    files = sorted(path for path in run.rglob("*.parquet") if not path.name.startswith("."))
    assert files, f"{run} has no files"
    return files


def trajectories(run):
    return sorted((run / "episodes").glob("trajectory_ep_*.parquet"))


def check_workflow(run, expected):
    """The specification's example on the file of each episode, where it looks for that of episode 1."""
    assert len(trajectories(run)) == expected["episodes"]
    here = os.getcwd()
    for episode, lines in enumerate(expected["analysis"], start=1):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "data").mkdir()
            source = run / "episodes" / f"trajectory_ep_{episode:06d}.parquet"
            shutil.copy(source, Path(folder) / "data" / "trajectory_ep_000001.parquet")
            printed = io.StringIO()
            os.chdir(folder)
            try:
                with contextlib.redirect_stdout(printed):
                    exec(WORKFLOW, {})
            finally:
                os.chdir(here)
        assert printed.getvalue().splitlines() == lines, (printed.getvalue(), lines)


def check_late_column(run, expected):
    """A column that came in the middle of episode 2 is null before, over all files and in the one of that episode."""
    rows = expected["episodes"] * expected["steps"]
    files = [str(path) for path in trajectories(run)]
    schema = pa.unify_schemas([pq.read_schema(path) for path in files])
    table = ds.dataset(files, schema=schema).to_table()
    found = {
        "pyarrow": (table.num_rows, table["wind"].null_count),
        "pandas": counts_of_pandas(pd.concat([pd.read_parquet(path) for path in files])),
        "duckdb": duckdb.sql(
            f"SELECT count(*), count(*) FILTER (wind IS NULL) FROM read_parquet({files!r}, union_by_name = true)"
        ).fetchall()[0],
        "polars": counts_of_polars(polars.concat([polars.read_parquet(path) for path in files], how="diagonal")),
        "polars scan": counts_of_polars(
            polars.scan_parquet(files[::-1], missing_columns="insert", extra_columns="ignore").collect()
        ),
    }
    for reader, counts in found.items():
        assert tuple(counts) == (rows, expected["windNulls"]), (reader, counts)
    second = pq.read_table(run / "episodes" / "trajectory_ep_000002.parquet")
    assert second["wind"].null_count == expected["steps"] // 2, second["wind"].null_count
    assert second["wind"][-1].as_py() == 2 + expected["steps"] - 1


def counts_of_pandas(frame):
    return len(frame), int(frame["wind"].isna().sum())


def counts_of_polars(frame):
    return frame.height, frame["wind"].null_count()


def check_every_file_opens(run):
    """Also those of a run whose process was killed: what has its name is complete."""
    for path in visible(run):
        rows = pq.read_table(path).num_rows
        assert len(pd.read_parquet(path)) == rows, path
        assert polars.read_parquet(path).height == rows, path
        assert duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall()[0][0] == rows, path


def check_self_description(run):
    """Every file of rows says what it is, in what units."""
    metadata = pq.read_schema(run / "episodes" / "trajectory_ep_000001.parquet").metadata
    about = json.loads(metadata[b"simtape"])
    assert (about["runId"], about["table"], about["episode"]) == ("closed", "steps", 1), about
    units = {column["name"]: column.get("unit") for column in about["plan"]["columns"]}
    assert (units["orientation"], units["timestamp"]) == ("rad", "s"), units
    assert about["provenance"]["seed"] == 7, about["provenance"]


def check_summaries(run, expected):
    summaries = sorted((run / "episodes").glob("episode_summary_ep_*.parquet"))
    frame = pd.concat([pd.read_parquet(path) for path in summaries])
    assert frame["episode_id"].tolist() == list(range(1, expected["episodes"] + 1))
    assert frame["total_steps"].tolist() == [expected["steps"]] * expected["episodes"]
    assert frame["success"].tolist() == [episode % 2 == 0 for episode in frame["episode_id"]]
    metadata = pd.read_parquet(run / "run_metadata.parquet")
    assert len(metadata) == 1 and metadata["run_id"][0] == "closed", metadata
    assert len(pd.read_parquet(run / "run_statistics.parquet")) > 10


def main(folder):
    expected = json.loads((folder / "expected.json").read_text())
    closed = folder / "runs" / "closed"
    check_workflow(closed, expected)
    check_late_column(closed, expected)
    check_summaries(closed, expected)
    check_self_description(closed)
    for run in (closed, folder / "killed"):
        check_every_file_opens(run)
    print(f"runs: {len(visible(closed))} files of a closed run, {len(visible(folder / 'killed'))} of a killed one")


main(Path(sys.argv[1]))
