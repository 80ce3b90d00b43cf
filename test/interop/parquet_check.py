"""Reads the files of parquet_cases.ts with pyarrow, pandas, DuckDB and polars, and compares every bit.

    python test/interop/parquet_check.py FOLDER

Needs what requirements.txt lists.
"""

import json
import math
import struct
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars
import pyarrow as pa
import pyarrow.parquet as pq
from parquet_predicates import check_predicates

ARROW_TYPES = {
    "f64": pa.float64(),
    "f32": pa.float32(),
    "i8": pa.int8(),
    "i16": pa.int16(),
    "i32": pa.int32(),
    "i64": pa.int64(),
    "u8": pa.uint8(),
    "u16": pa.uint16(),
    "u32": pa.uint32(),
    "u64": pa.uint64(),
    "timestamp": pa.timestamp("ns", tz="UTC"),
    "ref": pa.int64(),
    "bool": pa.bool_(),
    "utf8": pa.string(),
    "enum": pa.string(),
    "bytes": pa.binary(),
}


def spell(kind, element, value):
    """The text that parquet_cases.ts has for a value."""
    if value is None:
        return None
    if kind == "array":
        return [spell(element, None, item) for item in value]
    if kind in ("f64", "f32"):
        return "7ff8000000000000" if math.isnan(value) else struct.pack(">d", value).hex()
    if kind == "bool":
        return "true" if value else "false"
    if kind == "bytes":
        return bytes(value).hex()
    if kind in ("utf8", "json", "enum"):
        return value.decode() if isinstance(value, bytes) else str(value)
    return str(int(value))


def cells(array):
    """Values of an Arrow array; times as nanoseconds."""
    if pa.types.is_timestamp(array.type):
        assert array.type.unit == "ns", array.type
        array = array.cast(pa.int64())
    if isinstance(array.type, pa.BaseExtensionType):
        array = (
            pa.chunked_array([chunk.storage for chunk in array.chunks], array.type.storage_type)
            if isinstance(array, pa.ChunkedArray)
            else array.storage
        )
    return array.to_pylist()


def check(reader, name, expected, columns):
    for column, array in zip(expected, columns, strict=True):
        found = [spell(column["kind"], column.get("element"), value) for value in array]
        if found != column["values"]:
            pairs = zip(found, column["values"])
            at = next((i for i, (a, b) in enumerate(pairs) if a != b), "the length")
            shown = (found[at], column["values"][at]) if at != "the length" else (len(found), len(column["values"]))
            raise SystemExit(f"{reader}: {name}, {column['name']}, row {at}: {shown[0]!r}, not {shown[1]!r}")


def check_pyarrow(path, expected):
    file = pq.ParquetFile(path, page_checksum_verification=True)
    table = file.read()
    assert table.schema.metadata[b"simtape:note"].decode() == "naïve"
    for column, field in zip(expected, table.schema):
        wanted = ARROW_TYPES.get(column["kind"])
        if wanted is not None:
            assert field.type == wanted, (column["name"], field.type)
        if column["kind"] == "array":
            assert field.type.value_type == ARROW_TYPES[column["element"]], field.type
        assert field.nullable == column["nullable"], column["name"]
    check("pyarrow", path.name, expected, [cells(column) for column in table.columns])
    check_statistics(path.name, file, table)


def comparable(value):
    """Text by its bytes, as Parquet orders it."""
    return value.encode() if isinstance(value, str) else value


def check_statistics(name, file, table):
    """Bounds hold for every value, counts of nulls are right."""
    metadata = file.metadata
    start = checked = 0
    for g in range(metadata.num_row_groups):
        group = metadata.row_group(g)
        for c in range(group.num_columns):
            chunk = group.column(c)
            column = table.column(c).slice(start, group.num_rows)
            stats = chunk.statistics
            assert stats is not None and stats.has_null_count, (name, chunk.path_in_schema)
            assert stats.null_count == column.null_count, (name, chunk.path_in_schema)
            if not stats.has_min_max or pa.types.is_timestamp(column.type):
                continue
            values = [value for value in cells(column) if value is not None]
            if pa.types.is_list(column.type):
                values = [item for value in values for item in value]
            values = [comparable(value) for value in values if value == value]
            low, high = comparable(stats.min), comparable(stats.max)
            assert all(low <= value <= high for value in values), (name, chunk.path_in_schema, low, high)
            checked += 1
        start += group.num_rows
    assert checked > 0 or table.num_rows == 0 or name.startswith("all-null"), name


def check_pandas(path, expected):
    frame = pd.read_parquet(path, dtype_backend="pyarrow")
    columns = [cells(pa.chunked_array(frame[column["name"]].array._pa_array)) for column in expected]
    check("pandas", path.name, expected, columns)
    plain = pd.read_parquet(path)
    for column in expected:
        if column["kind"] in ("utf8", "enum"):
            shown = [None if value is None or value != value else value for value in plain[column["name"]]]
            assert shown == column["values"], column["name"]


def check_duckdb(path, expected):
    connection = duckdb.connect()
    connection.execute("SET TimeZone='UTC'")
    names = []
    for column in expected:
        name = f'"{column["name"]}"'
        names.append(f"{name}::VARCHAR AS {name}" if column["kind"] == "json" else name)
    table = connection.sql(f"SELECT {', '.join(names)} FROM read_parquet('{path}')").to_arrow_table()
    wanted, columns = [], []
    for column, array in zip(expected, table.columns, strict=True):
        if column["kind"] == "timestamp" and array.type.unit != "ns":
            # DuckDB has no nanoseconds with a zone: its value is cut to microseconds.
            cut = [None if v is None else str(int(v) // 1000) for v in column["values"]]
            column, array = {**column, "values": cut}, array.cast(pa.int64())
        wanted.append(column)
        columns.append(cells(array))
    check("duckdb", path.name, wanted, columns)


def check_polars(path, expected):
    frame = polars.read_parquet(path)
    columns = [cells(frame[column["name"]].to_arrow()) for column in expected]
    check("polars", path.name, expected, columns)


def main(folder):
    readers = [check_pyarrow, check_pandas, check_duckdb, check_polars]
    tried = 0
    paths = sorted(Path(folder).glob("*.parquet"))
    assert paths, f"no files in {folder}"
    for path in paths:
        expected = json.loads(path.with_suffix(".json").read_text())
        for reader in readers:
            reader(path, expected)
        if path.stem in ("predicates", "optional-none", "pages-zstd"):
            tried += check_predicates(path, expected)
    names = ", ".join(reader.__name__.removeprefix("check_") for reader in readers)
    print(f"{len(paths)} files equal to the bit in {names}; {tried} predicates find what they should")


main(sys.argv[1])
