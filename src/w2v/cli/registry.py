"""All commands: which module has each, and what it does in one line.

A command is one line here and one module, of which only the one that is called is imported. The module has a function
``add(commands)`` that adds its parsers (`w2v.cli.options.add_command`), each with a function
``run(options) -> int | None`` that does the work and returns the exit code, None for 0.

Exit codes: 0, done; 1, the answer is no (a checksum is wrong); 2, it could not be done, and a line on stderr says why.
"""

from typing import NamedTuple


class Command(NamedTuple):
    """Where a command is, and what it does; one that is `raw` reads its command line itself: ``main(name, argv)``."""

    module: str
    help: str
    raw: bool = False


COMMANDS = {
    "train": Command("train", "learn vectors from text"),
    "phrases": Command("phrases", "join words that belong together"),
    "walks": Command("walks", "random walks through a graph"),
    "vocab": Command("vocab", "words and counts: count, show, prune, merge"),
    "similar": Command("similar", "nearest words"),
    "nn": Command("nn", "nearest words, asked on standard input"),
    "analogy": Command("analogy", "A is to B as C is to ?"),
    "odd-one-out": Command("odd_one_out", "the word that does not belong"),
    "compare": Command("compare", "how much two sets of vectors agree"),
    "convert": Command("convert", "vectors from any format to any"),
    "get": Command("get", "vectors from the Hugging Face hub"),
    "info": Command("info", "what a file holds, and whether it is whole"),
    "eval": Command("eval", "how good vectors are"),
    "tune": Command("tune", "settings that suit a text"),
    "plot": Command("plot", "pictures of vectors and models"),
    "explore": Command("explore", "look around in vectors, in a browser"),
    "demo": Command("demo", "try it on six books"),
    "completion": Command("completion", "complete command lines in your shell"),
    "word2vec": Command("originals", "as word2vec.c, flag for flag and byte for byte", raw=True),
    "word2phrase": Command("originals", "as word2phrase.c: join words that belong together", raw=True),
    "distance": Command("originals", "as distance.c: nearest words, asked on standard input", raw=True),
    "word-analogy": Command("originals", "as word-analogy.c: analogies, asked on standard input", raw=True),
    "compute-accuracy": Command("originals", "as compute-accuracy.c: score analogies", raw=True),
}
