"""One quiet local Spark for all tests of this folder."""

import functools
import os
import sys
import warnings


@functools.cache
def session():
    # The extra may be absent: this module is collected all the same.
    from pyspark.sql import SparkSession

    warnings.filterwarnings("ignore", category=ResourceWarning)
    # Tasks run in the Python of the tests, which has what they import.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
        "spark.log.level": "ERROR",
        "spark.python.sql.dataFrameDebugging.enabled": "false",
        # Small questions, each once: what compiles them would take longer than the answer.
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    builder = SparkSession.builder.master("local[2]").appName("tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
