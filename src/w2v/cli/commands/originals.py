"""The original commands, flag for flag: word2vec, word2phrase, distance, word-analogy, compute-accuracy.

With one thread, files and standard output are the originals' to the byte (progress lines show other times). What would
make the originals crash or loop is one line on standard error and exit status 2.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from w2v import mirror
from w2v.base.files import check_writable
from w2v.cli.flags import Flags
from w2v.mirror import files as mirror_files
from w2v.mirror import queries as mirror_query
from w2v.mirror.phrases import HASH_SIZE as PHRASE_HASH_SIZE
from w2v.mirror.phrases import PhraseWatch, join_phrases
from w2v.mirror.training import HASH_SIZE

Command = Callable[[list[str]], int]

WORD2VEC_USAGE = """\
usage: w2v word2vec -train FILE -output FILE [flags]

The flags of word2vec.c. With -threads 1 the output is the original's to the byte.

  -train FILE        text to learn from: words between blanks, one sentence a line
  -output FILE       where to write the vectors (or classes)
  -size N            dimensions of a vector (100)
  -window N          longest distance between two words that are trained together (5)
  -sample X          words more frequent than this are thinned out (1e-3); 0: none are
  -hs N              1: hierarchical softmax (0)
  -negative N        noise words for each pair (5); 0: none
  -threads N         1: as the original, to the byte; more: the fast kernels (12)
  -iter N            passes over the text (5)
  -min-count N       drop words seen less often (5)
  -alpha X           first learning rate (0.05; 0.025 for skip-gram)
  -classes N         write classes of words, N at most, in place of vectors (0)
  -debug N           0: say little, 1: say the vocabulary's size, 2: show progress (2)
  -binary N          1: write vectors in binary (0)
  -save-vocab FILE   write the vocabulary
  -read-vocab FILE   read the vocabulary in place of counting words
  -cbow N            1: CBOW, 0: skip-gram (1)
  -hash-size N       drop rare words while counting when 70 % of N different ones are reached (30000000)
  -kernel NAME       mirror, batched or pairwise, whatever -threads says

example: w2v word2vec -train text.txt -output vectors.bin -cbow 0 -size 200 -negative 5 -threads 1 -binary 1
"""

WORD2PHRASE_USAGE = """\
usage: w2v word2phrase -train FILE -output FILE [flags]

The flags and the output of word2phrase.c: pairs of words that come together often are joined by "_".

  -train FILE      text to learn from and to copy
  -output FILE     where to write the copy
  -min-count N     leave rarer words and pairs alone (5)
  -threshold X     how often is often: higher gives fewer phrases (100)
  -debug N         0: say little, 1: say the vocabulary's size, 2: show progress (2)
  -hash-size N     drop rare words and pairs while counting when 70 % of N are reached (500000000)

example: w2v word2phrase -train text.txt -output phrases.txt -threshold 100
"""

ACCURACY_USAGE = """\
usage: w2v compute-accuracy FILE [LIMIT] < QUESTIONS

FILE has vectors in binary; LIMIT, unless 0, is how many of its words to use (30000 is usual).

example: w2v compute-accuracy vectors.bin 30000 < questions-words.txt
"""

QUERY_USAGE = """\
usage: w2v {0} FILE

FILE has vectors in binary. Questions are read from standard input, one a line: {1}.

example: w2v {0} vectors.bin
"""


@dataclass(frozen=True)
class _Task:
    """What the command line says beside the settings of training; "" is a file that was not named."""

    text: str
    output: str
    save_vocab: str
    read_vocab: str
    n_classes: int
    binary: int
    debug: int
    threads: int
    kernel: str


def main_word2vec(argv: list[str]) -> int:
    """Train, or show the flags if there are none."""
    if _wants_help(argv):
        sys.stdout.write(WORD2VEC_USAGE)
        return 0
    flags = Flags(argv)
    settings, task = _settings(flags), _task(flags)
    flags.warn_unused()
    for path in filter(None, (task.output, task.save_vocab)):
        check_writable(path)
    _say(f"Starting training using file {task.text}\n")
    if task.kernel == "mirror":
        _train_mirror(task, settings)
    else:
        _train_fast(task, settings)
    return 0


def _settings(flags: Flags) -> mirror.Settings:
    cbow = flags.integer("-cbow", 1)
    return mirror.Settings(
        size=flags.integer("-size", 100, least=1),
        window=flags.integer("-window", 5, least=1),
        sample=flags.real("-sample", 1e-3),
        hs=flags.integer("-hs", 0),
        negative=flags.integer("-negative", 5),
        iter=flags.integer("-iter", 5, least=1),
        min_count=flags.integer("-min-count", 5),
        alpha=flags.real("-alpha", 0.05 if cbow else 0.025),
        cbow=cbow,
        hash_size=flags.integer("-hash-size", HASH_SIZE, least=1),
    )


def _task(flags: Flags) -> _Task:
    threads = flags.integer("-threads", 12, least=1)
    kernel = flags.text("-kernel", "mirror" if threads == 1 else "batched")
    if kernel not in ("mirror", "batched", "pairwise"):
        raise ValueError(f"-kernel: expected mirror, batched or pairwise, got {kernel!r}")
    return _Task(
        text=flags.path("-train"),
        output=flags.text("-output"),
        save_vocab=flags.text("-save-vocab"),
        read_vocab=flags.text("-read-vocab"),
        n_classes=flags.integer("-classes", 0, least=0),
        binary=flags.integer("-binary", 0),
        debug=flags.integer("-debug", 2),
        threads=threads,
        kernel=kernel,
    )


def _train_mirror(task: _Task, settings: mirror.Settings) -> None:
    """Do what the original does."""
    watch = _PrintProgress(task.debug, settings.iter)
    vocabulary = mirror.learn_vocabulary(task.text, settings, read_vocab=task.read_vocab or None, watch=watch)
    if task.save_vocab:
        mirror_files.save_vocab(task.save_vocab, vocabulary.words, vocabulary.counts)
    if task.output:
        result = mirror.fit(task.text, settings, vocabulary=vocabulary, watch=watch)
        _save(task, result.words, result.vectors)


def _train_fast(task: _Task, settings: mirror.Settings) -> None:
    """Do it with the fast kernels: other draws, no "</s>", and words of equal counts in their own order."""
    from w2v import Word2Vec

    model = Word2Vec(
        vector_size=settings.size,
        window=settings.window,
        sample=max(settings.sample, 0),
        hs=int(settings.hs != 0),
        negative=max(settings.negative, 0),
        epochs=settings.iter,
        min_count=max(settings.min_count, 0),
        alpha=settings.rate,
        min_alpha=settings.rate * 1e-4,
        sg=int(settings.cbow == 0),
        workers=min(task.threads, os.cpu_count() or 1),
        kernel=task.kernel,
    )
    progress = task.debug > 1 and sys.stderr.isatty()
    if task.read_vocab:
        known = mirror.learn_vocabulary(task.text, settings, read_vocab=task.read_vocab)
        counted = dict(zip(known.words, known.counts.tolist(), strict=True))
        counted.pop("</s>", None)
        model.build_vocab_from_freq(counted)
    else:
        model.build_vocab(corpus_file=task.text, progress=progress)
    words, counts = model.vocab.words, model.vocab.counts
    if task.debug > 0:
        _say(f"Vocab size: {len(words)}\nWords in train file: {counts.sum()}\n")
    if task.save_vocab:
        mirror_files.save_vocab(task.save_vocab, words, counts)
    if task.output:
        model.train(corpus_file=task.text, epochs=settings.iter, progress=progress)
        _save(task, words, model.wv.vectors)


def _save(task: _Task, words: list[str], vectors: NDArray[np.float32]) -> None:
    if task.n_classes:
        mirror_files.save_classes(task.output, words, mirror.classes(vectors, task.n_classes))
    else:
        mirror_files.save_vectors(task.output, words, vectors, bool(task.binary))


class _PrintProgress(mirror.Watch):
    """Prints what the original prints."""

    def __init__(self, debug: int, epochs: int) -> None:
        self.debug = debug
        self.epochs = epochs
        self.start = 0.0

    def counting(self, words: int) -> None:
        if self.debug > 1:
            _say(f"{words // 1000}K\r")

    def vocabulary(self, vocabulary: mirror.Vocabulary) -> None:
        if self.debug > 0:
            _say(f"Vocab size: {len(vocabulary.words)}\nWords in train file: {vocabulary.total}\n")
        self.start = time.process_time()

    def training(self, alpha: float, words: int, vocabulary: mirror.Vocabulary) -> None:
        if self.debug > 1:
            done = np.float32(words) / np.float32(self.epochs * vocabulary.total + 1) * np.float32(100)
            speed = words / (time.process_time() - self.start + 1e-6) / 1000
            _say(f"\rAlpha: {alpha:f}  Progress: {done:.2f}%  Words/thread/sec: {speed:.2f}k  ")


def main_word2phrase(argv: list[str]) -> int:
    """Join phrases, or show the flags if there are none."""
    if _wants_help(argv):
        sys.stdout.write(WORD2PHRASE_USAGE)
        return 0
    flags = Flags(argv)
    text, output = flags.path("-train"), flags.path("-output")
    min_count, threshold = flags.integer("-min-count", 5), flags.real("-threshold", 100)
    hash_size = flags.integer("-hash-size", PHRASE_HASH_SIZE, least=1)
    watch = _PrintPhraseProgress(flags.integer("-debug", 2))
    flags.warn_unused()
    check_writable(output)
    _say(f"Starting training using file {text}\n")
    join_phrases(text, output, min_count=min_count, threshold=threshold, hash_size=hash_size, watch=watch)
    return 0


class _PrintPhraseProgress(PhraseWatch):
    """Prints what the original prints."""

    def __init__(self, debug: int) -> None:
        self.debug = debug

    def counting(self, words: int, kept: int) -> None:
        if self.debug > 1:
            _say(f"Words processed: {words // 1000}K     Vocab size: {kept // 1000}K  \r")

    def vocabulary(self, words: int, kept: int) -> None:
        if self.debug > 0:
            _say(f"\nVocab size (unigrams + bigrams): {kept}\nWords in train file: {words}\n")

    def joining(self, words: int) -> None:
        if self.debug > 1:
            _say(f"Words written: {words // 1000}K\r")


def _query(name: str, answer: Callable[[mirror_query.Vectors, BinaryIO, BinaryIO], None], argv: list[str]) -> int:
    if _wants_help(argv):
        words = "A B C, for A is to B as C is to ?" if name == "word-analogy" else "words that are added up"
        sys.stdout.write(QUERY_USAGE.format(name, words))
        return 0
    answer(mirror_query.Vectors(argv[0]), sys.stdin.buffer, sys.stdout.buffer)
    return 0


def main_compute_accuracy(argv: list[str]) -> int:
    """Answer analogy questions from standard input, and count."""
    if _wants_help(argv):
        sys.stdout.write(ACCURACY_USAGE)
        return 0
    try:
        limit = int(argv[1]) if len(argv) > 1 else 0
    except ValueError:
        limit = -1
    if limit < 0:
        raise ValueError(f"LIMIT: expected a number of words, 0 for all, got {argv[1]!r}")
    vectors = mirror_query.Vectors(argv[0], limit, upper=True)
    mirror_query.accuracy(vectors, sys.stdin.buffer, sys.stdout.buffer)
    return 0


def _wants_help(argv: list[str]) -> bool:
    return not argv or argv[0] in ("-h", "--help")


def _say(text: str) -> None:
    """Write to standard output the bytes that the command line was given, UTF-8 or not."""
    sys.stdout.buffer.write(mirror_files.encode(text))
    sys.stdout.buffer.flush()


COMMANDS: dict[str, Command] = {
    "word2vec": main_word2vec,
    "word2phrase": main_word2phrase,
    "distance": partial(_query, "distance", mirror_query.distance),
    "word-analogy": partial(_query, "word-analogy", mirror_query.analogy),
    "compute-accuracy": main_compute_accuracy,
}


def main(name: str, argv: list[str]) -> int:
    """Run the program of this name."""
    return COMMANDS[name](argv)
