"""Reads runs in HDF5 files with h5py, and compares them with what simtape's reader says of them."""
import json
import math
import sys
from pathlib import Path

import h5py
import numpy as np

folder = Path(sys.argv[1])
expected = json.loads((folder / "expected.json").read_text())


def number(value):
    return float(value.replace("Infinity", "inf")) if isinstance(value, str) else value


def same(found, wanted):
    if isinstance(found, (float, np.floating)):
        wanted = number(wanted)
        return (math.isnan(found) and math.isnan(wanted)) or (
            found == wanted and math.copysign(1, found) == math.copysign(1, wanted)
        )
    if isinstance(found, (bool, np.bool_)):
        return bool(found) == wanted
    if isinstance(found, (int, np.integer)):
        return int(found) == int(wanted)
    return found == wanted


def column(group, name):
    """Values of a dataset as Python sees them, and which of them are there."""
    dataset = group[name]
    values = dataset.asstr()[:] if h5py.check_string_dtype(dataset.dtype) else dataset[:]
    labels = h5py.check_enum_dtype(dataset.dtype)
    if labels and dataset.dtype != bool:
        names = {code: label for label, code in labels.items()}
        values = [names[code] for code in values]
    valid = group[f"{name}.valid"][:] if f"{name}.valid" in group else [True] * len(values)
    return values, valid


def check(group, rows, where):
    checked = 0
    for name in group:
        if name.endswith((".valid", ".exact")) or "wall" in name:
            continue
        values, valid = column(group, name)
        assert len(values) == len(rows), (where, name, len(values), len(rows))
        parts = group[name].attrs.get("columns")
        for row, wanted, there in zip(values, rows, valid):
            if parts is not None:
                for part, value in zip(parts, row):
                    cell = wanted[part]
                    assert same(value, "NaN" if cell is None else cell), (where, part, value, cell)
            elif not there:
                assert wanted[name] is None, (where, name, wanted)
            elif wanted[name] is None:
                assert math.isnan(row), (where, name, row)
            elif group[name].attrs.get("content") == "json":
                assert json.loads(row) == wanted[name], (where, name, row)
            elif isinstance(wanted[name], list):
                assert len(row) == len(wanted[name]), (where, name)
                assert all(same(a, int(b) if a.dtype.kind in "iu" else number(b)) for a, b in zip(row, wanted[name]))
            else:
                assert same(row, wanted[name]), (where, name, row, wanted[name])
            checked += 1
    return checked


for name in ["gzip", "lzf", "none", "recovered"]:
    with h5py.File(folder / f"{name}.h5") as file:
        assert file.attrs["format"] == "simtape-hdf5"
        run = file[file.attrs["run_id"]]
        assert run.attrs["state"] == "ended" and json.loads(run.attrs["configuration"])["wind"] == {"speed": 2}
        tables = run["tables"]
        checked = sum(
            check(tables[table], rows, f"{name}/{table}") for table, rows in expected.items() if table not in ("steps", "episodes")
        )
        episodes = [group for group in run if group.startswith("episode_")]
        assert episodes == ["episode_000001", "episode_000002", "episode_000003"], episodes
        for number_, group in enumerate(episodes, 1):
            rows = [row for row in expected["steps"] if row["episode_id"] == str(number_)]
            checked += check(run[group], rows, f"{name}/{group}")
            summary = next(row for row in expected["episodes"] if row["episode_id"] == str(number_))
            for key, value in summary.items():
                if value is None or "timestamp" in key:
                    continue
                assert same(run[group].attrs[key], value), (name, group, key)
        print(f"h5py {h5py.__version__}: {name}.h5, {checked:,} values")

with h5py.File(folder / "killed.h5") as file:
    run = file["matrix"]
    assert run.attrs["state"] == "recording"
    found = {"n": 0}
    file.visititems(lambda _, item: found.update(n=found["n"] + (item[()] is not None)) if isinstance(item, h5py.Dataset) else None)
    print(f"h5py {h5py.__version__}: killed.h5 opens at its last checkpoint, commit {int(run.attrs['last_commit'])}")

try:
    import pandas
except ImportError:
    pandas = None
if pandas is not None:
    with h5py.File(folder / "gzip.h5") as file:
        group = file["matrix/episode_000001"]
        frame = pandas.DataFrame({name: group[name][:] for name in group if group[name].ndim == 1})
        assert len(frame) == len([row for row in expected["steps"] if row["episode_id"] == "1"])
        summary = file["matrix/tables/episodes"]
        episodes = pandas.DataFrame({name: summary[name][:] for name in ("episode_id", "total_reward", "distance")})
        assert list(episodes.groupby("episode_id").last()["total_reward"])[0] == 12.5
        print(f"pandas {pandas.__version__}: an episode as a data frame, summaries by groupby().last()")
