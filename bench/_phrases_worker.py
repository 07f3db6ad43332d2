"""Phrases in a process of its own, by w2v or by gensim through the same lines; prints one JSON object.

Arguments: the package's module that has Phrases, the one that has LineSentence, the text.
"""

import hashlib
import importlib
import json
import sys
import time

from _worker import read_sentences


def timed(call):
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def joined(phrases, sentences):
    """Join phrases in all sentences; return how many tokens are left."""
    return sum(map(len, phrases[sentences]))


def main():
    module, lines, path = sys.argv[1:]
    Phrases = importlib.import_module(module).Phrases
    LineSentence = importlib.import_module(lines).LineSentence
    sentences = read_sentences(path)
    report = {"words": sum(map(len, sentences))}
    report["count_lists"], model = timed(lambda: Phrases(sentences, min_count=5, threshold=10))
    report["count_file"], again = timed(lambda: Phrases(LineSentence(path), min_count=5, threshold=10))
    assert len(again.vocab) == len(model.vocab)
    report["join_live"], tokens = timed(lambda: joined(model, sentences))
    report["freeze"], frozen = timed(model.freeze)
    report["join_frozen"], again = timed(lambda: joined(frozen, sentences))
    assert again == tokens
    scores = json.dumps(sorted(frozen.phrasegrams.items()))
    report.update(tokens=tokens, phrases=len(frozen.phrasegrams), scores=hashlib.sha1(scores.encode()).hexdigest())
    print(json.dumps(report))


if __name__ == "__main__":
    main()
