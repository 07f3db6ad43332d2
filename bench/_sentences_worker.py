"""Vectors of sentences in a process of its own, by w2v, gensim or fse: prints the seconds that it took."""

import json
import sys
import time

sys.path = [path for path in sys.path if not path.endswith("bench")]  # where a script has the name of a module


def loop(vectors, sentences, **options):
    """One call a sentence, as users of gensim do."""
    return [vectors.get_mean_vector(words, **options) for words in sentences]


def by_fse(vectors, sentences, weighting, workers):
    """fse's model of this weighting, trained on the sentences."""
    from fse import SIF, Average, IndexedList, uSIF

    model = {"mean": Average, "sif": SIF, "usif": uSIF}[weighting](vectors, workers=workers)
    model.train(IndexedList(sentences))
    return model.sv.vectors


def load(package, path):
    """Vectors with counts."""
    if package == "w2v":
        from w2v import KeyedVectors

        return KeyedVectors.load_word2vec_format(path, f"{path}.vocab", binary=True)
    from gensim.models import KeyedVectors

    return KeyedVectors.load_word2vec_format(path, f"{path}.vocab", binary=True)


def main():
    package, how, weighting, vectors, texts, sample, workers = json.loads(sys.argv[1])
    kv = load(package, vectors)
    with open(texts, encoding="utf-8") as lines:
        sentences = [line.rstrip("\n") if how == "texts" else line.split() for line in lines]
    if how == "loop":
        sentences = sentences[:: max(1, len(sentences) // sample)][:sample]
    start = time.perf_counter()
    if how == "loop":
        loop(kv, sentences)
    elif how == "fse":
        by_fse(kv, sentences, weighting, workers)
    elif how == "file":
        kv.sentence_vectors(corpus_file=texts, weighting=weighting, workers=workers)
    else:
        kv.sentence_vectors(sentences, weighting, workers=workers)
    print((time.perf_counter() - start) / len(sentences))


if __name__ == "__main__":
    main()
