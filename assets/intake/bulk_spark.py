"""The bulk path on Spark: `bulk.take` by mapInArrow, and a table by `inline` of its column.

Imports nothing of Spark at import time: it stands in an environment of its own
(requirements-spark.lock), beside which the rest of the house works without it. Every executor
needs that environment and this project (docs/how-to/cluster.md).

Belongs here: filings as Spark reads them, and where the rows go. Does not: sessions and clusters
(the one who submits), or what is done with a filing (`bulk`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pyarrow as pa

from assets.intake import bulk, bulk_pool
from assets.intake.bulk_pool import How
from assets.intake.reading import STORED

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SETTINGS = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "64",  # 10,000 whole filings are gigabytes
    "spark.sql.files.maxPartitionBytes": "256m",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.compression.codec": "zstd",
}
"""What a session that runs this needs set. A filing in memory is larger than a usual row."""


def filings(spark: "SparkSession", *paths: str) -> "DataFrame":
    """The files below `paths` (any file system Spark knows) as `bulk.GIVEN`.

    Copies of a filing are one, by the name of the first path. They are read twice, once for
    their hashes, so that no bytes pass between executors.
    """
    from pyspark.sql import functions as f  # noqa: PLC0415  (see above)

    files = (
        spark.read.format("binaryFile").option("recursiveFileLookup", value=True).load(list(paths))
    )
    name = f.element_at(f.split("path", "/"), -1).alias("name")
    first = files.groupBy(f.sha2("content", 256).alias("filing_id")).agg(
        f.min("path").alias("path")
    )
    given = files.select("path", name, "content").join(f.broadcast(first), "path")
    left_out = _left_out(files.inputFiles(), [row["name"] for row in files.select(name).collect()])
    return given.select(*bulk.GIVEN.names).union(
        spark.createDataFrame(
            [(sha256(b"").hexdigest(), one, bytearray()) for one in left_out[:1]],
            "filing_id string, name string, content binary",
        )
    )


def _left_out(listed: Iterable[str], read: Iterable[str]) -> list[str]:
    """The names of files without any bytes, which Spark lists and does not read.

    >>> _left_out(["file:///in/b%20c.xml", "file:///in/a.xml"], ["a.xml"])
    ['b c.xml']
    """
    names = Counter(unquote(one).rpartition("/")[2] for one in listed)
    return sorted(names - Counter(read))


def take(given: "DataFrame", how: How | None = None, *, isolated: bool = True) -> "DataFrame":
    """`bulk.GIVEN` to `bulk.MADE`, a row a filing.

    Isolated, each task reads in one process of its own: a filing that would end Spark's own
    Python worker, and with it the job, is then one row that says so. `how.keep_in` is for a
    folder that every executor shares.
    """
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415  (see above)

    one = replace(how or How(), workers=1)
    taking = partial(_taken, bulk_pool.run if isolated else bulk_pool.run_here, one)
    return given.mapInArrow(taking, from_arrow_schema(bulk.MADE, prefer_timestamp_ntz=True))


def write(spark: "SparkSession", made: "DataFrame", folder: str) -> None:
    """Every table as Parquet in `folder`/<table>; what was there is replaced.

    The rows pass through `folder`/made, so that no filing is read once for each table.
    """
    made.write.mode("overwrite").parquet(f"{folder}/made")
    kept = spark.read.parquet(f"{folder}/made")
    for name in STORED:
        kept.selectExpr(f"inline({name})").write.mode("overwrite").parquet(f"{folder}/{name}")


def _taken(
    run: Callable[[Iterable[bulk.Filing], How], Iterator[pa.RecordBatch]],
    how: How,
    batches: Iterator[pa.RecordBatch],
) -> Iterator[pa.RecordBatch]:
    """What Spark calls for each partition."""
    return run((filing for given in batches for filing in bulk.filings(given)), how)
