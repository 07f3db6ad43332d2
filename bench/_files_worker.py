"""One reading or writing of a file of vectors in a process of its own, by w2v or by gensim; prints seconds as JSON.

Arguments: module that has KeyedVectors, operation, path, path to write.
"""

import importlib
import json
import sys
import time

package, operation, path, target = sys.argv[1:]
KeyedVectors = importlib.import_module(package).KeyedVectors
report = {}


def timed(name, call, *args, **kwargs):
    start = time.perf_counter()
    result = call(*args, **kwargs)
    report[name] = time.perf_counter() - start
    return result


if operation == "load_text":
    timed("seconds", KeyedVectors.load_word2vec_format, path)
elif operation == "load_binary":
    timed("seconds", KeyedVectors.load_word2vec_format, path, binary=True)
elif operation == "save_text":
    timed("seconds", KeyedVectors.load_word2vec_format(path, binary=True).save_word2vec_format, target)
elif operation == "open":
    vectors = timed("open", KeyedVectors.load, path, mmap="r")
    timed("query", vectors.most_similar, vectors.index_to_key[1000 % len(vectors)])
    report["seconds"] = report["open"] + report["query"]
else:
    sys.exit(f"operation: expected load_text, load_binary, save_text or open, got {operation}")
print(json.dumps(report))
