"""Vectors in a process of its own, by w2v or by gensim: answers lines of JSON on stdin by lines of JSON on stdout."""

import hashlib
import importlib
import json
import statistics
import sys
import time
from functools import partial

import numpy


class Worker:
    """Every method but load returns seconds and, where it matters, what was answered."""

    def __init__(self, package):
        self.package = package
        self.module = importlib.import_module(package)

    def load(self, vectors, words):
        """Take over a matrix and its words, as both packages let users do."""
        matrix = numpy.load(vectors)
        with open(words, encoding="utf-8") as lines:
            keys = lines.read().split()
        self.kv = self.module.KeyedVectors(matrix.shape[1])
        self.kv.index_to_key, self.kv.key_to_index = keys, {key: place for place, key in enumerate(keys)}
        self.kv.vectors = matrix
        self.kv.fill_norms()
        return {"dimensions": matrix.shape[1]}

    def one(self, keys):
        """Median time of most_similar, key by key."""
        return {"seconds": statistics.median(self._timed(partial(self.kv.most_similar, key))[0] for key in keys)}

    def many(self, keys):
        """Time of most_similar for all keys: by w2v at once, by gensim in a loop."""
        if self.package == "w2v":
            return {"seconds": self._timed(lambda: self.kv.most_similar_batch(keys))[0]}
        return {"seconds": self._timed(lambda: [self.kv.most_similar(key) for key in keys])[0]}

    def analogies(self, questions, restrict):
        """Time and score of evaluate_word_analogies, and a digest of all questions answered right and wrong."""
        seconds, (score, sections) = self._timed(lambda: self.kv.evaluate_word_analogies(questions, restrict))
        digest = hashlib.sha1(json.dumps(sections).encode()).hexdigest()
        return {"seconds": seconds, "score": score, "sections": digest}

    @staticmethod
    def _timed(call):
        start = time.perf_counter()
        result = call()
        return time.perf_counter() - start, result


def main():
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(getattr(worker, name)(**arguments)), flush=True)


if __name__ == "__main__":
    main()
