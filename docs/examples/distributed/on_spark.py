"""The table on Spark: the rows of both families are brought together by part, and each part leaves as bytes.

It needs Java 17 and what stands in `requirements/spark.txt`; `python docs/examples/distributed/on_spark.py` prints the
table.
"""

import pyarrow as pa
from partitioned import BY_CUSTOMER, KPIS, SPEC, merged, shop
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, lit, pmod

from ecomops.columns import Ints
from ecomops.metrics.summary import Summary


def loaded(session: SparkSession, rows: dict[str, dict[str, Ints]]) -> dict[str, DataFrame]:
    """Return each family as a frame with its part beside."""
    parts = lit(BY_CUSTOMER.parts)
    frames = {family: session.createDataFrame(pa.table(columns)) for family, columns in rows.items()}
    return {family: frame.withColumn("part", pmod(col("customer"), parts)) for family, frame in frames.items()}


def summary(frames: dict[str, DataFrame]) -> Summary:
    """Return the summary of all parts; one without a row is never asked for, so it is added here."""
    spec, by = SPEC, BY_CUSTOMER  # workers get these two, and need not have this file

    def of_part(key: tuple[pa.Scalar, ...], orders: pa.Table, refunds: pa.Table) -> pa.Table:
        tables = {"orders": orders, "refunds": refunds}
        rows = {
            family: {name: table.column(name).to_numpy() for name in table.column_names}
            for family, table in tables.items()
        }
        part = key[0].as_py()
        return pa.table({"part": [part], "summary": [Summary.of(rows, spec, by.part(part)).to_bytes()]})

    orders, refunds = (frames[family].groupBy("part") for family in ("orders", "refunds"))
    found = orders.cogroup(refunds).applyInArrow(of_part, "part long, summary binary").collect()
    sent = {row["part"]: bytes(row["summary"]) for row in found}
    nothing = (Summary.empty(spec, by.part(part)) for part in range(by.parts) if part not in sent)
    return merged(sent.values()).merge(*nothing)


if __name__ == "__main__":
    running = SparkSession.builder.master("local[2]").getOrCreate()
    print(summary(loaded(running, shop())).table(KPIS))
    running.stop()
