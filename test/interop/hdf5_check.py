"""Reads the files of hdf5_cases.ts with h5py and compares every bit; changes copies of them, too.

    python test/interop/hdf5_check.py FOLDER [FILES...]

Needs h5py, from 3.7 on.
"""

import json
import shutil
import sys
import warnings
from pathlib import Path

import h5py
import numpy as np

warnings.simplefilter("error")


def check(condition, *message):
    if not condition:
        raise SystemExit("hdf5: " + " ".join(str(part)[:300] for part in message))


def spell(dataset):
    """What hdf5_cases.ts has for the values of a dataset."""
    info = h5py.check_string_dtype(dataset.dtype)
    if info is not None:
        check(info.encoding == "utf-8", "encoding of", dataset.name)
        return list(dataset.asstr()[...].ravel())
    values = dataset[...]
    if h5py.check_vlen_dtype(dataset.dtype) is not None:
        return [item.tobytes().hex() for item in values.ravel()]
    if dataset.dtype.kind == "V":
        return [bytes(item).hex() for item in values.ravel()]
    return values.tobytes().hex()


def check_types(file):
    if "bool/1000" in file:
        check(file["bool/1000"].dtype == bool, "bool is", file["bool/1000"].dtype)
        labels = h5py.check_enum_dtype(file["enum/1000"].dtype)
        check(labels == {"label 0 ü": 0, "label 1 ü": 1, "label 2 ü": 2}, "labels", labels)
        check(file["timestamp/1000"].attrs["units"] == "nanoseconds since 1970-01-01", "units")


def check_file(path, expected, ordered):
    order = list if ordered else sorted
    with h5py.File(path, "r") as file:
        for name, wanted in expected["datasets"].items():
            dataset = file[name]
            check(list(dataset.shape) == wanted["shape"], path.name, name, "has the shape", dataset.shape)
            found = spell(dataset)
            check(found == wanted["values"], path.name, name, "holds", found, "not", wanted["values"])
        for name, children in expected["children"].items():
            check(order(file[name]) == order(children), path.name, name, "has", list(file[name]))
        for name, attributes in expected["attributes"].items():
            found = file[name].attrs
            check(order(found) == order(attributes), path.name, name, "has the attributes", list(found))
            for key, wanted in attributes.items():
                value = len(found[key]) if key == "large" else found[key]
                same = list(value) == wanted if isinstance(wanted, list) else value == wanted
                check(same and (not isinstance(wanted, str) or isinstance(value, str)), path.name, name, key, value)
        check_types(file)


def check_corruption(path, name):
    """A byte that is wrong in a chunk is noticed."""
    copy = path.with_suffix(".corrupt")
    shutil.copy(path, copy)
    with h5py.File(copy, "r") as file:
        place = file[name].id.get_chunk_info(3)
    with open(copy, "r+b") as file:
        file.seek(place.byte_offset + place.size // 2)
        byte = file.read(1)[0]
        file.seek(-1, 1)
        file.write(bytes([byte ^ 16]))
    with h5py.File(copy, "r") as file:
        try:
            file[name][...]
        except OSError:
            return copy.unlink()
    check(False, path.name, name, "a wrong byte was not noticed")


def check_changes(path, expected):
    """Others can go on with the file."""
    copy = path.with_suffix(".changed")
    shutil.copy(path, copy)
    with h5py.File(copy, "r+") as file:
        for name in expected["datasets"]:
            dataset = file[name]
            dataset.attrs["note"] = "added"
            if dataset.chunks is not None and dataset.dtype.kind == "f":
                rows = len(dataset)
                dataset.resize(rows + 1000, axis=0)
                dataset[rows:] = 7
        for name in list(expected["children"]):
            group = file[name]
            for i in range(100):
                group.create_group(f"new {i}")
            for child in expected["children"][name][::3]:
                del group[child]
        for name in expected["attributes"]:
            file[name].attrs["text"] = "changed"
            file[name].attrs["more"] = np.arange(10)
    with h5py.File(copy, "r") as file:
        for name, children in expected["children"].items():
            gone = set(children[::3])
            wanted = [child for child in children if child not in gone] + [f"new {i}" for i in range(100)]
            check(list(file[name]) == wanted, copy.name, name, "after changes")
        for name, wanted in expected["datasets"].items():
            if name not in file:
                continue
            dataset = file[name]
            check(dataset.attrs["note"] == "added", copy.name, name, "after changes")
            if dataset.chunks is not None and dataset.dtype.kind == "f":
                size = len(wanted["values"])
                values = dataset[...]
                check(values.tobytes().hex()[:size] == wanted["values"], copy.name, name, "after growth")
                check((values[wanted["shape"][0] :] == 7).all(), copy.name, name, "new rows")
            else:
                check(spell(dataset) == wanted["values"], copy.name, name, "after changes")
        for name in expected["attributes"]:
            check(file[name].attrs["text"] == "changed", copy.name, name, "after changes")
    copy.unlink()


def main(folder, *names):
    paths = [Path(name) for name in names] or sorted(Path(folder).glob("*.h5"))
    check(paths, "no files in", folder)
    for path in paths:
        expected = json.loads((Path(folder) / f"{path.stem}.json").read_text())
        # h5repack keeps no order.
        check_file(path, expected, ordered=not names)
        if not names:
            check_changes(path, expected)
            if "corruptible" in expected:
                check_corruption(path, expected["corruptible"])
    print(f"{len(paths)} files equal to the bit in h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}")


main(*sys.argv[1:])
