"""Takes in a folder on a Spark cluster, and writes the tables; run by `test_bulk`.

Runs in Spark's own environment, with the project on its path. Prints how many processes held
the data: the driver, and the executors of a cluster that has any.
"""

import os
import sys
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession

from assets.intake import bulk_spark

BRIEF = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
"""For a JVM that lives some seconds: compiling well costs more than it gains."""


def session(master: str, out: str) -> SparkSession:
    settings = bulk_spark.SETTINGS | {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "512m",
        "spark.driver.extraJavaOptions": BRIEF,
        "spark.executor.extraJavaOptions": BRIEF,
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.executorEnv.PYTHONPATH": os.environ["PYTHONPATH"],
        "spark.local.dir": f"{out}/local",
    }
    builder = SparkSession.builder.master(master).appName("indberet")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def main(folder: str, master: str, out: str) -> None:
    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = session(master, out)
    spark.sparkContext.setLogLevel("ERROR")
    filings, isolated = bulk_spark.filings(spark, folder), "cluster" in master
    bulk_spark.write(spark, bulk_spark.take(filings, isolated=isolated), out)
    sys.stdout.write(f"{spark._jsc.sc().getExecutorMemoryStatus().size()}\n")
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
