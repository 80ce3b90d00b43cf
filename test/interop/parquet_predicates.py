"""Readers leave out row groups and pages by their bounds. Asks for rows by predicates, with and without a file."""

import operator

import duckdb
import pandas as pd
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

OPERATORS = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
COMPARED = {"f64", "f32", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "timestamp", "ref", "bool", "utf8", "enum"}


def check_predicates(path, expected):
    """@returns how many predicates were tried."""
    table = pq.read_table(path)
    dataset = ds.dataset(path, format="parquet")
    frame = polars.read_parquet(path)
    lazy = polars.scan_parquet(path)
    connection = duckdb.connect()
    connection.execute(f"SET TimeZone='UTC'; CREATE TABLE held AS FROM '{path}'")
    tried = 0
    for column in expected:
        if column["kind"] not in COMPARED:
            continue
        name = column["name"]
        values = table.column(name).drop_null().unique()
        for value in values[:4]:
            for sign, compare in OPERATORS.items():
                where = (path.name, name, sign, value)
                predicate = compare(pc.field(name), value)
                found, wanted = dataset.to_table(filter=predicate).num_rows, table.filter(predicate).num_rows
                assert found == wanted, ("pyarrow", where, found, wanted)

                literal = polars.from_arrow(pa.array([value.as_py()] if not pa.types.is_timestamp(value.type) else [value], value.type))
                test = compare(polars.col(name), polars.lit(literal[0], dtype=frame.schema[name]))
                found, wanted = lazy.filter(test).collect().height, frame.filter(test).height
                assert found == wanted, ("polars", where, found, wanted)
                tried += 2
                if "\0" in str(value):
                    continue
                condition = f'"{name}" {sign} {spelled(value)}'
                counts = [
                    connection.execute(f"SELECT count(*) FROM {source} WHERE {condition}").fetchone()[0]
                    for source in (f"'{path}'", "held")
                ]
                assert counts[0] == counts[1], ("duckdb", where, counts)
                tried += 1
        for source in (f"'{path}'", "held"):
            nulls = connection.execute(f'SELECT count(*) FROM {source} WHERE "{name}" IS NULL').fetchone()[0]
            assert nulls == table.column(name).null_count, ("duckdb", path.name, name, "IS NULL")
    return tried


def spelled(value):
    """An Arrow scalar as SQL."""
    if pa.types.is_timestamp(value.type):
        return f"'{pd.Timestamp(value.value, unit='ns', tz='UTC')}'::TIMESTAMPTZ_NS"
    if pa.types.is_string(value.type):
        return "'" + value.as_py().replace("'", "''") + "'"
    if pa.types.is_floating(value.type):
        return f"'{value.as_py()!r}'::{'DOUBLE' if value.type == pa.float64() else 'FLOAT'}"
    return str(value.as_py())
