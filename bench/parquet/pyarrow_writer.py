"""Writes a table again and again as it is told: one JSON object a line in, one out."""

import json
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq

pa.set_cpu_count(1)
pa.set_io_thread_count(1)
table = None
for line in sys.stdin:
    task = json.loads(line)
    if "source" in task:
        table = pq.read_table(task["source"], read_dictionary=["label"]).combine_chunks()
        answer = {"version": pa.__version__}
    else:
        encodings = {"id": "DELTA_BINARY_PACKED", "step": "DELTA_BINARY_PACKED"}
        numbers = [field.name for field in table.schema if field.type == pa.float64()]
        encodings |= {name: "BYTE_STREAM_SPLIT" if task["split"] else "PLAIN" for name in numbers}
        zstd = task["compression"] == "zstd"
        cpu, start = time.process_time(), time.perf_counter()
        pq.write_table(
            table,
            task["path"],
            row_group_size=task["groupRows"],
            compression="zstd" if zstd else "none",
            compression_level=1 if zstd else None,
            use_dictionary=["label"],
            column_encoding=encodings,
            write_page_index=True,
            data_page_version="1.0",
        )
        answer = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}
    print(json.dumps(answer), flush=True)
