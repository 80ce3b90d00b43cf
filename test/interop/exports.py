"""Reads the files of exports.ts as their users do, with pandas, pyarrow, polars and DuckDB, and compares every value.

    python test/interop/exports.py FOLDER

Needs what requirements.txt lists.
"""

import base64
import json
import math
import struct
import sys
from datetime import datetime, timezone
from pathlib import Path

import duckdb
import pandas as pd
import polars
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather as feather
import pyarrow.parquet as pq

FLOATS = ["time", "position_x", "position_y", "position_z", "x", "single", "reward", "timestamp", "gust"]
INTEGERS = ["id", "frame_id", "body_id", "small", "wide", "count", "step_id", "episode_id", "step_number"]


def wanted(folder):
    """What was recorded, with Python's types."""
    rows = json.loads((folder / "expected.json").read_text())
    for row in rows["state"] + rows["steps"]:
        for name, value in row.items():
            if value is None:
                continue
            if name in FLOATS:
                row[name] = float(value)
            elif name in INTEGERS or name == "at":
                row[name] = int(value)
            elif name == "raw":
                row[name] = bytes.fromhex(value)
            elif name == "weights":
                row[name] = [float(one) for one in value]
            elif name == "data":
                row[name] = json.loads(json.dumps(value), parse_int=str, parse_float=str)
    return rows


def same(found, value):
    if isinstance(value, float) and isinstance(found, (float, int)):
        return struct.pack("<d", found) == struct.pack("<d", value) or (math.isnan(found) and math.isnan(value))
    if isinstance(value, list):
        return len(found) == len(value) and all(map(same, found, value))
    return type(found) is type(value) and found == value


def without_nan(value):
    if isinstance(value, list):
        return [without_nan(one) for one in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def check(what, rows, expected, without=(), nan_is_null=False):
    """Compares rows that a reader gave with what was recorded."""
    assert len(rows) == len(expected), f"{what}: {len(rows)} rows, not {len(expected)}"
    for number, (row, other) in enumerate(zip(rows, expected)):
        for name, value in other.items():
            if name in without:
                continue
            found = row[name]
            if nan_is_null:
                # JSON and pandas have one thing for both.
                value, found = without_nan(value), without_nan(found)
            if value is None:
                assert found is None or found is pd.NA, f"{what}: row {number} of {name} is {found!r}, not null"
            else:
                assert same(found, value), f"{what}: row {number} of {name} is {found!r}, not {value!r}"
    print(f"{what}: {len(rows)} rows are what was recorded")


def nanoseconds(text):
    """An instant in ISO 8601 with nine digits."""
    moment = datetime.fromisoformat(text[:19]).replace(tzinfo=timezone.utc)
    return int(moment.timestamp()) * 10**9 + int(text[20:29])


def from_text(row, is_json=False):
    """What text cannot say itself: bytes and instants, in CSV arrays and JSON too, as docs/export.md has them."""
    row = dict(row)
    row["raw"] = base64.b64decode(row["raw"] or "")
    row["at"] = nanoseconds(row["at"])
    for name in ("weights", "data"):
        if isinstance(row[name], str) and not is_json:
            row[name] = json.loads(row[name])
    if row["weights"] is not None:
        row["weights"] = [math.nan if one is None else float(one) for one in row["weights"]]
    row["data"] = as_texts(row["data"])
    return row


def as_texts(value):
    """JSON whose numbers are texts, as the recorded ones."""
    return None if value is None else json.loads(json.dumps(value), parse_int=str, parse_float=str)


def arrow_rows(table):
    """Rows with an instant as nanoseconds, and JSON parsed."""
    table = table.set_column(table.schema.get_field_index("at"), "at", table["at"].cast(pa.int64()))
    rows = table.to_pylist()
    for row in rows:
        row["data"] = None if row["data"] is None else as_texts(json.loads(row["data"]))
    return rows


def check_arrow(folder, state):
    for name in ("state.arrow", "state.zstd.arrow"):
        table = feather.read_table(folder / name)
        table.validate(full=True)
        check(f"pyarrow, {name}", arrow_rows(table), state)
        assert table.schema.field("position_x").metadata[b"unit"] == b"m"
        said = json.loads(table.schema.metadata[b"simtape"])
        assert said["runs"][0]["runId"] == "matrix"
        frame = pd.read_feather(folder / name)
        assert str(frame["mode"].dtype) == "category" and str(frame["at"].dtype) == "datetime64[ns, UTC]"
        rows = polars.read_ipc(folder / name).with_columns(polars.col("at").cast(polars.Int64)).to_dicts()
        check(f"polars, {name}", rows, state, without=["data"])
    duckdb.register("arrow_table", feather.read_table(folder / "state.arrow"))
    assert_duckdb("state.arrow", "arrow_table", state)


def check_parquet(folder, state, steps):
    table = pq.read_table(folder / "state.parquet")
    check("pyarrow, state.parquet", arrow_rows(table), state)
    assert json.loads(table.schema.metadata[b"simtape"])["table"]["name"] == "state"
    rows = polars.read_parquet(folder / "state.parquet").with_columns(polars.col("at").cast(polars.Int64)).to_dicts()
    check("polars, state.parquet", rows, state, without=["data"])
    assert_duckdb("state.parquet", f"'{folder}/state.parquet'", state)
    split = pd.read_parquet(folder / "split-parquet")
    assert sorted(split["step_id"]) == sorted(row["step_id"] for row in steps)
    assert set(split["episode_id"].astype(int)) == {1, 2, 3}
    query = f"SELECT episode_id, count(*) FROM '{folder}/split-*/*/*.parquet' GROUP BY 1 ORDER BY 1"
    assert duckdb.sql(query).fetchall() == [(1, 134), (2, 133), (3, 133)]
    query = f"SELECT count(*), count(DISTINCT episode_id) FROM read_csv('{folder}/split-csv/*/*.csv', hive_partitioning = true)"
    assert duckdb.sql(query).fetchall() == [(400, 3)]


def assert_duckdb(what, source, state):
    query = f'SELECT * REPLACE (epoch_ns("at") AS "at") FROM {source} ORDER BY id'
    relation = duckdb.sql(query)
    rows = [dict(zip(relation.columns, row)) for row in relation.fetchall()]
    for row in rows:
        row["weights"] = None if row["weights"] is None else list(row["weights"])
    check(f"DuckDB, {what}", rows, state, without=["data"])


def check_csv(folder, state):
    for name in ("state.csv", "state.csv.gz"):
        frame = pd.read_csv(folder / name, dtype_backend="numpy_nullable")
        rows = [from_text({k: (None if v is pd.NA else v) for k, v in row.items()}) for row in frame.to_dict("records")]
        # Nothing and an empty text are one thing to pandas.
        check(f"pandas, {name}", rows, state, without=["note"], nan_is_null=True)
    plain = pd.read_csv(folder / "state.csv")
    assert str(plain["x"].dtype) == "float64" and str(plain["count"].dtype) == "uint64"
    rows = [from_text(row) for row in polars.read_csv(folder / "state.csv", infer_schema_length=None, try_parse_dates=False).to_dicts()]
    check("polars, state.csv", rows, state, without=["count"])
    options = pyarrow.csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False, column_types={"at": pa.string(), "raw": pa.string()})
    rows = [from_text(row) for row in pyarrow.csv.read_csv(folder / "state.csv", convert_options=options).to_pylist()]
    check("pyarrow, state.csv", rows, state, without=["count", "x"], nan_is_null=True)
    relation = duckdb.sql(f"SELECT * FROM read_csv('{folder}/state.csv', types = {{'at': 'VARCHAR', 'raw': 'VARCHAR', 'note': 'VARCHAR'}}, allow_quoted_nulls = false)")
    types = dict(zip(relation.columns, map(str, relation.types)))
    assert (types["x"], types["wide"], types["flag"]) == ("DOUBLE", "BIGINT", "BOOLEAN"), types
    rows = [from_text(dict(zip(relation.columns, row))) for row in relation.fetchall()]
    check("DuckDB, state.csv", rows, state, without=["count"])


def check_json(folder, state, steps):
    rows = [from_text(row, is_json=True) for row in json.loads((folder / "state.json").read_text())]
    check("Python, state.json", rows, state, nan_is_null=True)
    lines = [from_text(json.loads(line), is_json=True) for line in (folder / "state.ndjson").read_text().splitlines()]
    check("Python, state.ndjson", lines, state, nan_is_null=True)
    for name in ("state.json", "state.ndjson"):
        frame = pd.read_json(folder / name, lines=name.endswith("ndjson"), dtype=False)
        # pandas rounds the last digit, unless precise_float is asked for, which then takes no infinities.
        for found, row in zip(frame["x"], state):
            value = math.nan if row["x"] is None else row["x"]
            assert found == value or math.isclose(found, value, abs_tol=1e-300) or math.isnan(found) and math.isnan(value)
        assert list(frame["count"]) == [row["count"] for row in state]
        relation = duckdb.sql(f"SELECT * FROM read_json('{folder}/{name}', columns = {{'id': 'BIGINT', 'x': 'DOUBLE', 'wide': 'BIGINT', 'count': 'UBIGINT', 'note': 'VARCHAR'}})")
        rows = [dict(zip(relation.columns, row)) for row in relation.fetchall()]
        check(f"DuckDB, {name}", rows, [{k: row[k] for k in relation.columns} for row in state], nan_is_null=True)
    frame = pd.read_json(folder / "steps.ndjson", lines=True, dtype=False, precise_float=True)
    rows = [{"reward": float(value)} for value in frame["reward"]]
    check("pandas, reward of steps.ndjson", rows, [{"reward": row["reward"]} for row in steps])
    rows = polars.read_ndjson(folder / "steps.ndjson", infer_schema_length=None).to_dicts()
    check("polars, steps.ndjson", rows, steps)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    expected = wanted(place)
    check_arrow(place, expected["state"])
    check_parquet(place, expected["state"], expected["steps"])
    check_csv(place, expected["state"])
    check_json(place, expected["state"], expected["steps"])
