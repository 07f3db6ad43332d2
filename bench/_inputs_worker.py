"""One training from one form of a corpus, in a process of its own, by w2v or by gensim; prints one JSON object.

Arguments: module that has Word2Vec, form, path of the text, settings as JSON, and "whole", "vocab" or "train".
"""

import importlib
import json
import sys
import time

import numpy

package, form, path, settings, operation = sys.argv[1:]
settings = json.loads(settings)
module = importlib.import_module(package)
STEPS = 80


class Lines:
    """What users write themselves."""

    def __init__(self, path):
        self.path = path

    def __iter__(self):
        with open(self.path, encoding="utf-8") as lines:
            for line in lines:
                yield line.split()


def read_lists():
    return [*Lines(path)]


def walks(nodes):
    """Random walks over a ring whose nodes have ten neighbours on either side: about as many tokens as the text has."""
    random = numpy.random.default_rng(1)
    tokens = sum(map(len, Lines(path)))
    steps = random.integers(-10, 11, (max(1, tokens // STEPS), STEPS))
    starts = random.integers(nodes, size=(len(steps), 1))
    return ((starts + numpy.cumsum(steps, axis=1)) % nodes).astype(numpy.int32)


def words_as_walks():
    """The words of the text, numbered, in walks of one length; the last is padded."""
    words = [word for sentence in Lines(path) for word in sentence]
    ids = numpy.unique(words, return_inverse=True)[1]
    rows = numpy.full((-(-len(ids) // STEPS), STEPS), -1, numpy.int32)
    rows.flat[: len(ids)] = ids
    return rows


def as_strings(rows):
    return [[str(node) for node in row if node >= 0] for row in rows.tolist()]


def cut(length):
    """The words of the text in sentences of one length."""
    words = [word for sentence in Lines(path) for word in sentence]
    return [words[start : start + length] for start in range(0, len(words), length)]


FORMS = {
    "file": lambda: {"corpus_file": path},
    "lists": lambda: {"sentences": read_lists()},
    "LineSentence": lambda: {"sentences": module.LineSentence(path)},
    "generator": lambda: {"sentences": Lines(path)},
    "walks": lambda: {"sentences": walks(10_000)},
    "walks as strings": lambda: {"sentences": as_strings(walks(10_000))},
    "large walks": lambda: {"sentences": walks(1_000_000)},
    "large walks as strings": lambda: {"sentences": as_strings(walks(1_000_000))},
    "words": lambda: {"sentences": words_as_walks()},
    "words as strings": lambda: {"sentences": as_strings(words_as_walks())},
    "short": lambda: {"sentences": cut(5)},
    "long": lambda: {"sentences": cut(1000)},
}


def timed(call, *args, **kwargs):
    start = time.perf_counter()
    call(*args, **kwargs)
    return time.perf_counter() - start


def pairs_of(corpus, window):
    """All pairs that a fixed window makes of a corpus, in its order: (context, word), as arrays of rows."""
    place = numpy.arange(len(corpus.ids))
    sentence = numpy.searchsorted(corpus.offsets, place, side="right")
    sides = []
    for ahead in (*range(-window, 0), *range(1, window + 1)):
        other = place + ahead
        inside = (other >= 0) & (other < len(place))
        inside[inside] = sentence[other[inside]] == sentence[inside]
        sides.append((other[inside], place[inside]))
    inputs, words = (numpy.concatenate(side) for side in zip(*sides, strict=True))
    order = numpy.argsort(words, kind="stable")
    return corpus.ids[inputs[order]], corpus.ids[words[order]]


def train(model):
    """Seconds of training alone, and its number of pairs: by the kernel, or given as pairs."""
    model.build_vocab(corpus_file=path)
    inputs, words = pairs_of(model._corpus, model.window)
    report = {"pairs": len(inputs)}
    if form == "pairs":
        report["seconds"] = timed(model.train_pairs, inputs, words)
    else:
        report["seconds"] = timed(model.train, corpus_file=path, epochs=1, total_examples=model.corpus_count)
    return report


if operation == "train":
    report = train(module.Word2Vec(**settings))
elif operation == "vocab":
    corpus = FORMS[form]()
    corpus = {"corpus_iterable" if name == "sentences" else name: value for name, value in corpus.items()}
    report = {"seconds": timed(module.Word2Vec(**settings).build_vocab, **corpus)}
elif operation == "whole":
    report = {"seconds": timed(module.Word2Vec, **FORMS[form](), **settings)}
else:
    sys.exit(f"operation: expected whole, vocab or train, got {operation}")
print(json.dumps(report))
