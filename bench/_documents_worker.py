"""One training of document vectors and inference of others, in a process of its own, by w2v or gensim; prints JSON."""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from _worker import peak_memory


def read(path):
    """Documents of a file of lines "label, tab, text", as lists of words; and their labels."""
    lines = [line.split("\t", 1) for line in Path(path).read_text(encoding="utf-8").splitlines() if "\t" in line]
    lines = [line for line in lines if line[0] not in ("Category", "d")]
    return [text.split() for _, text in lines], [label for label, _ in lines]


def infer(program, model, texts, epochs):
    if program == "w2v":
        return model.infer_vectors(texts, epochs=epochs, workers=model.workers)
    return np.array([model.infer_vector(words, epochs=epochs) for words in texts])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", choices=["w2v", "gensim"])
    parser.add_argument("train", help='lines "label, tab, text"')
    parser.add_argument("test", help="the same, whose vectors are inferred")
    parser.add_argument("settings", type=json.loads, help="parameters of Doc2Vec, as JSON")
    parser.add_argument("--documents", type=int, help="infer so many, the first of both files")
    parser.add_argument("--save", help="write the vectors here, .npz")
    options = parser.parse_args()
    if options.program == "w2v":
        from w2v.doc2vec import Doc2Vec, TaggedDocument
    else:
        from gensim.models.doc2vec import Doc2Vec, TaggedDocument
    texts, _ = read(options.train)
    new, _ = read(options.test)
    documents = [TaggedDocument(words, [number]) for number, words in enumerate(texts)]
    start = time.perf_counter()
    model = Doc2Vec(**options.settings)
    model.build_vocab(documents)
    counted = time.perf_counter()
    model.train(documents, total_examples=model.corpus_count, epochs=model.epochs)
    trained = time.perf_counter()
    if options.documents:
        new = (new + texts)[: options.documents]
    begun = time.perf_counter()
    vectors = infer(options.program, model, new, model.epochs)
    inferred = time.perf_counter() - begun
    if options.save:
        np.savez(options.save, train=model.dv.vectors, test=vectors)
    words = sum(map(len, texts)) * model.epochs
    report = {"job_s": trained - start, "train_s": trained - counted, "words_s": words / (trained - counted)}
    print(json.dumps({**report, "infer_s": inferred, "documents": len(new), "peak": peak_memory()}))


if __name__ == "__main__":
    main()
