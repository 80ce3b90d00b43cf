"""Reads runs in HDF5 files with h5py, and compares them with what simtape's reader says of them."""
import json
import math
import sys
from pathlib import Path

import h5py
import numpy as np
import xarray

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


def check_own(path):
    with h5py.File(path) as file:
        own = file["own"]
        assert own.attrs["text"] == "naïve" and own.attrs["number"] == 0.5 and own.attrs["big"] == 2**60
        assert list(own.attrs["list"]) == [1, 2]
        cube = own["cube"]
        assert cube.maxshape == (None, 2, 3) and cube.chunks == (4, 2, 3) and cube.dtype == np.float32
        assert (cube[:] == np.arange(10, dtype="f4")[:, None, None] + np.arange(6, dtype="f4").reshape(2, 3) / 8).all()
        for name in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float64"]:
            assert own[name].dtype == np.dtype(name) and list(own[name]) == [0, 1, 2, 3, 127], name
        assert own["bool"].dtype == bool and list(own["bool"]) == [True, False, True]
        assert list(own["str"].asstr()) == ["", "naïve", "日本語"]
        assert own["S8"].dtype.itemsize == 8 and list(own["S8"].asstr()) == ["", "naïve"]
        matrix = own["matrix"]
        assert matrix.chunks is None and (matrix[7] == 3).all() and (np.delete(matrix[:], 7, 0) == -1).all()
        assert own["single"][()] == 2**62 and own["single"].attrs["units"] == "s"
        run = file[file.attrs["run_id"]]
        assert run["episode_000001"].attrs["note"] == "of one’s own"
        print(f"h5py {h5py.__version__}: {path.name}, {len(own)} datasets beside the tables")


for name in ["gzip", "lzf", "none"]:
    check_own(folder / f"{name}.h5")


def check_xarray(path):
    with h5py.File(path) as file:
        run = file.attrs["run_id"]
        groups = [f"{run}/{name}" for name in file[run] if name != "tables"]
        groups += [f"{run}/tables/{name}" for name in file[run]["tables"]]
        # Of byte strings of any length xarray knows nothing.
        odd = {group: [name for name in file[group] if h5py.check_vlen_dtype(file[group][name].dtype)] for group in groups}
        times = 0
        for group in groups:
            options = {"engine": "h5netcdf", "phony_dims": "access", "drop_variables": odd[group]}
            with xarray.open_dataset(path, group=group, **options) as data:
                for name, found in data.load().variables.items():
                    assert found.shape == file[group][name].shape, (group, name)
                    if file[group][name].attrs.get("units") == "nanoseconds since 1970-01-01":
                        assert found.dtype == "datetime64[ns]", (group, name, found.dtype)
                        assert (found.values.astype("i8") == file[group][name][:]).all(), (group, name)
                        times += 1
        assert times > 0 and any(odd.values())
        print(f"xarray {xarray.__version__}: {path.name}, {len(groups)} groups")


for name in ["gzip", "lzf", "none"]:
    check_xarray(folder / f"{name}.h5")

# A byte of a chunk that was changed is caught by the checksum.
source = folder / "gzip.h5"
with h5py.File(source) as file:
    chunks = []
    file.visititems(
        lambda path, item: chunks.append((path, item.id.get_chunk_info(0)))
        if isinstance(item, h5py.Dataset) and item.fletcher32 and item.id.get_num_chunks() > 0
        else None
    )
assert len(chunks) > 10, chunks
for path, info in chunks:
    data = bytearray(source.read_bytes())
    data[info.byte_offset + info.size // 2] ^= 0x10
    damaged = folder / "damaged.h5.copy"
    damaged.write_bytes(data)
    with h5py.File(damaged) as file:
        try:
            file[path][()]
        except OSError:
            continue
        raise AssertionError(f"a changed chunk of {path} went through")
damaged.unlink()
print(f"h5py {h5py.__version__}: a changed byte is caught in each of {len(chunks)} chunks")

with h5py.File(folder / "many.h5") as file:
    run = file["many"]
    episodes = [group for group in run if group.startswith("episode_")]
    assert len(episodes) == 10_000, len(episodes)
    for number_ in (1, 2, 5_000, 9_999, 10_000):
        group = run[f"episode_{number_:06d}"]
        assert list(group["reward"]) == [step * number_ for step in range(10)]
        assert group["position"].shape == (10, 2) and group["position"].chunks is None
        assert group.attrs["total_steps"] == 10 and bool(group.attrs["success"])
    print(f"h5py {h5py.__version__}: many.h5, 10,000 episodes in {(folder / 'many.h5').stat().st_size / 1e6:.0f} MB")

for name, least in [("killed", 0), ("checkpoint", 1)]:
    with h5py.File(folder / f"{name}.h5") as file:
        run = file["matrix"]
        assert run.attrs["state"] == "recording" and run.attrs["last_commit"] >= least
        found = {"n": 0}
        file.visititems(
            lambda _, item: found.update(n=found["n"] + (item[()] is not None)) if isinstance(item, h5py.Dataset) else None
        )
        assert found["n"] >= 40 * least, found
        print(f"h5py {h5py.__version__}: {name}.h5 opens at a checkpoint, commit {int(run.attrs['last_commit'])}, {found['n']} datasets")

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
