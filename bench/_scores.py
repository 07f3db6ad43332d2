"""Scores of a file of vectors, by w2v.evaluate, and what is said of several of them."""

import statistics

import numpy as np

from w2v.evaluate import word_analogies, word_pairs

MEASURES = ["analogies", "WordSim-353", "SimLex-999"]


def load(path):
    """Words and matrix of a file in word2vec's binary format; read here, so that no program's own reader is trusted."""
    with open(path, "rb") as file:
        size, dimensions = map(int, file.readline().split())
        words, vectors = [], np.empty((size, dimensions), dtype=np.float32)
        for row in vectors:
            words.append(_word(file))
            row[:] = np.frombuffer(file.read(4 * dimensions), dtype="<f4")
    return words, vectors


def _word(file):
    """The bytes up to a space, as text; word2vec.c ends each row by a line end, which is not part of the next word."""
    letters = bytearray()
    while (letter := file.read(1)) not in (b" ", b""):
        letters += letter
    return letters.decode("utf-8", errors="replace").lstrip("\n")


def score(path, sets):
    """Analogies answered among the first 30,000 words, and Spearman correlations with people's judgements."""
    return score_of(*load(path), sets)


def score_of(words, vectors, sets):
    """The same of words and vectors that are there already."""
    return {
        "analogies": word_analogies(words, vectors, sets / "questions-words.txt")[0],
        "WordSim-353": float(word_pairs(words, vectors, sets / "wordsim353.tsv")[1].statistic),
        "SimLex-999": float(word_pairs(words, vectors, sets / "simlex999.txt")[1].statistic),
    }


def mean_and_range(scores, measure):
    """A measure's mean over several trainings, with the lowest and the highest, as text."""
    values = [each[measure] for each in scores]
    return f"{statistics.mean(values):.3f} ({min(values):.3f}-{max(values):.3f})"


def summary(scores):
    """Mean, standard deviation and highest less lowest of each measure; empty without scores."""
    if not scores:
        return {}
    columns = {measure: [one[measure] for one in scores] for measure in MEASURES}
    return {
        measure: {
            "mean": statistics.mean(values),
            "sd": statistics.stdev(values) if len(values) > 1 else 0.0,
            "spread": max(values) - min(values),
        }
        for measure, values in columns.items()
    }


def holds(ours, theirs):
    """Whether no mean of ours is below theirs by more than their spread."""
    return all(ours[measure]["mean"] >= theirs[measure]["mean"] - theirs[measure]["spread"] for measure in MEASURES)


def make_sets(folder):
    """Write small evaluation sets for the words of make_corpus, over no file that is there; return the folder."""
    sets = {"questions-words.txt": ": made up\nword1 word2 word3 word4\nword5 word6 word7 word8\n"}
    sets |= dict.fromkeys(["wordsim353.tsv", "simlex999.txt"], "word1\tword2\t5\nword1\tword3\t4\nword2\tword3\t1\n")
    for name, text in sets.items():
        with open(folder / name, "x", encoding="utf-8") as file:
            file.write(text)
    return folder
