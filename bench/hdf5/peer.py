"""Writes columns with h5py: python peer.py DATA FILE OPTIONS. Prints how long that took."""

import json
import sys
import time

import h5py
import numpy as np

COLUMNS = 20

data, path, words = sys.argv[1:]
options = json.loads(words)
chunks = options.pop("chunks")
columns = np.fromfile(data).reshape(COLUMNS, -1)
start, before = time.perf_counter(), time.process_time()
with h5py.File(path, "w") as file:
    for i, column in enumerate(columns):
        file.create_dataset(f"column_{i}", data=column, chunks=(chunks,), maxshape=(None,), **options)
print(json.dumps({"seconds": time.perf_counter() - start, "processor": time.process_time() - before}))
