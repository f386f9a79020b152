"""dlt's `rest_api` source over the same server, in an environment of its own."""

import json
import os
import resource
import sys
import time
from pathlib import Path

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "CRITICAL"
os.environ["NORMALIZE__WORKERS"] = "1"
os.environ["LOAD__WORKERS"] = "1"


def main() -> None:
    """Load everything to Parquet files below a folder."""
    url, folder = sys.argv[1:3]
    os.sched_setaffinity(0, {0})
    began, cpu = time.perf_counter(), time.process_time()
    import dlt
    from dlt.sources.rest_api import rest_api_source

    source = rest_api_source({
        "client": {
            "base_url": url,
            "paginator": {"type": "cursor", "cursor_path": "cursor", "cursor_param": "cursor"},
        },
        "resources": [
            {"name": "entries", "primary_key": "id",
             "endpoint": {"path": "entries", "data_selector": "items", "params": {"cursor": 1}}}
        ],
    })  # fmt: skip
    pipeline = dlt.pipeline(
        "bench", destination=dlt.destinations.filesystem(f"file://{folder}/out"),
        dataset_name="bench", pipelines_dir=f"{folder}/state",
    )  # fmt: skip
    pipeline.run(source, loader_file_format="parquet")
    import pyarrow.parquet as pq

    files = Path(folder, "out", "bench", "entries").rglob("*.parquet")
    print(json.dumps({
        "rows": sum(pq.read_metadata(path).num_rows for path in files),
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
