"""Trains Spark MLlib's Word2Vec in a process of its own, on all cores of this machine; prints a report as JSON.

_spark_worker.py CORPUS SETTINGS VECTORS, by the Python that has pyspark: see spark.py
"""

import json
import os
import sys
import time

import numpy as np
from pyspark.ml.feature import Word2Vec
from pyspark.sql import SparkSession
from pyspark.sql.functions import split

NAMES = {"vector_size": "vectorSize", "window": "windowSize", "min_count": "minCount", "alpha": "stepSize"}
NAMES |= {"epochs": "maxIter", "seed": "seed", "partitions": "numPartitions"}


def save(path, words, vectors):
    """Write word2vec's binary format."""
    with open(path, "wb") as file:
        file.write(f"{len(words)} {vectors.shape[1]}\n".encode())
        for word, vector in zip(words, vectors, strict=True):
            file.write(word.encode() + b" " + vector.tobytes())


def main():
    corpus, settings, vectors = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
    cores = os.cpu_count() or 1
    builder = SparkSession.builder.master(f"local[{cores}]").config("spark.driver.memory", "6g")
    session = builder.config("spark.ui.enabled", "false").config("spark.driver.maxResultSize", "4g").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    lines = session.read.text(corpus).repartition(settings["partitions"])
    sentences = lines.select(split("value", " ").alias("words")).cache()
    count = sentences.count()
    started = time.perf_counter()
    given = {NAMES[name]: value for name, value in settings.items() if name in NAMES}
    model = Word2Vec(inputCol="words", outputCol="vector", **given).fit(sentences)
    seconds = time.perf_counter() - started
    rows = model.getVectors().collect()
    save(vectors, [row["word"] for row in rows], np.float32([row["vector"].toArray() for row in rows]))
    print(json.dumps({"train_s": seconds, "sentences": count, "version": session.version}))
    session.stop()


if __name__ == "__main__":
    main()
