"""Random texts and flags through the original programs and through w2v; all files and standard output are compared.

For make_golden.py --fuzz N.
"""

import random
import shutil
import subprocess
import sys
from multiprocessing import Process

from originals import differences, execute, ours

LETTERS = "abcdeimnorstuäöüßéñçşąжшщяαωאب中文日本語한글🙂𝒳"
ODD = [b"</s>", b"nul\0byte", b"\0", b"\xff\xfe", b"cut\xc3", b"car\rriage"]
ODD += [letter * length for letter, length in ((b"x", 98), (b"y", 99), (b"z", 300), (b"p", 58), (b"q", 59))]
BLANKS = [b" "] * 12 + [b"\t", b"  ", b" \t ", b" \r", b"\v", b"\xc2\xa0"]
ENDS = [b"\n"] * 8 + [b"\r\n", b"\n\n", b" \n", b"\n \n", b"\n\t\n\r\n"]


def fuzz(originals, folder, n_runs, seed):
    """Compare n_runs random runs, and describe each; return 0 if all agree in which the original does not crash."""
    counts = {"same": 0, "different": 0, "the original crashed": 0}
    for number in range(n_runs):
        commands, stdin, files = _make_run(random.Random(f"{seed} {number}"))
        theirs = Process(target=_run, args=(folder / "theirs", [originals.command(c) for c in commands], stdin, files))
        theirs.start()
        _run(folder / "ours", [ours(command) for command in commands], stdin, files)
        theirs.join()
        if theirs.exitcode:
            result, bad = "the original crashed", []
        else:
            bad = differences(folder / "theirs", folder / "ours")
            result = "different" if bad else "same"
        counts[result] += 1
        print(f"{number}: {' '.join([result, *bad])}: {'; '.join(map(' '.join, commands))}", flush=True)
    print(", ".join(f"{result}: {count}" for result, count in counts.items()))
    return int(counts["different"] > 0)


def _run(home, commands, stdin, files):
    """Run commands in a new folder with these files; exit with status 1 if one crashes."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    for name, content in files.items():
        (home / name).write_bytes(content)
    for step, command in enumerate(commands):
        try:
            execute(command, home, stdin, f"stdout{step}")
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            sys.exit(f"{error}")


def _make_run(rng):
    """Commands of one run, the file for their standard input, and input files."""
    words = _words(rng)
    files = {"text": _text(rng, words, rng.choice([200, 2000, 20000, 60000]))}
    kind = rng.choice(["word2vec"] * 6 + ["word2phrase"] * 2 + ["questions"])
    if kind == "word2phrase":
        command = ["word2phrase", "-train", "text", "-output", "out", *_maybe(rng, 0.3, "-hash-size", 20, 200, 2000)]
        command += ["-min-count", str(rng.choice([1, 2, 3, 5])), "-threshold", str(rng.choice([-1, 0, 0.5, 5, 100]))]
        return [[*command, "-debug", str(rng.choice([0, 1, 2]))]], "-", files
    if kind == "questions":
        files["text"] = _text(rng, words, 3000)
        train = "word2vec -train text -output model -size 12 -iter 1 -min-count 1 -binary 1 -threads 1 -debug 0"
        known = [word for word in words if b"\0" not in word]
        lines = [b" ".join(rng.choices(known, k=rng.choice([1, 2, 3, 3, 4]))) for _ in range(12)]
        files["questions"] = b"\n".join([b": one", *lines, b"EXIT", b"end", b""])
        queries = ["distance model", "word-analogy model", "compute-accuracy model", "compute-accuracy model 20"]
        return [train.split(), *(query.split() for query in queries)], "questions", files
    command = ["word2vec", "-train", "text", *_flags(rng)]
    if rng.random() < 0.3:
        files["words"] = _vocabulary(rng, words)
        command += ["-read-vocab", "words"]
    else:  # the original looks for a free place for ever if the file has more words than its hash table
        command += _maybe(rng, 0.3, "-hash-size", 30, 200, 2000)
    return [command], "-", files


def _flags(rng):
    def one(*values):
        return str(rng.choice(values))

    flags = ["-output", "out", "-threads", "1", "-debug", one(0, 1), "-size", one(1, 2, 3, 5, 16, 17, 33, 100)]
    flags += ["-cbow", one(0, 1), "-hs", one(0, 1), "-negative", one(0, 1, 5, 5, 33, 70)]
    flags += _maybe(rng, 0.8, "-window", 1, 2, 5, 10, 50) + _maybe(rng, 0.8, "-sample", 0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
    flags += [*_maybe(rng, 0.8, "-iter", 1, 2, 3, 7), "-min-count", one(0, 1, 1, 2, 3, 10)]
    flags += _maybe(rng, 0.4, "-alpha", 0, 0.001, 0.025, 0.1, 0.3) + _maybe(rng, 0.6, "-binary", 0, 1)
    flags += _maybe(rng, 0.2, "-classes", 1, 2, 5, 50) + _maybe(rng, 0.3, "-save-vocab", "saved")
    return flags


def _maybe(rng, chance, flag, *values):
    return [flag, str(rng.choice(values))] if rng.random() < chance else []


def _words(rng):
    """Different words, the most frequent first."""
    words = {"".join(rng.choices(LETTERS, k=rng.randint(1, 9))).encode() for _ in range(rng.choice([3, 30, 300, 3000]))}
    words |= set(rng.sample(ODD, rng.randint(0, len(ODD))))
    words |= {b"k" * rng.randint(47, 52) + b"%d" % number for number in range(rng.choice([0, 0, 5]))}
    words = sorted(words)
    rng.shuffle(words)
    return words


def _text(rng, words, n_words):
    """A text of these words with frequencies as 1 / rank, in lines of all lengths."""
    parts, left = [], n_words
    weights = [1 / (rank + 1) for rank in range(len(words))]
    while left > 0:
        length = rng.choice([0, 1, 2, 5, 10, 20, 40, 990, 1010, 2500]) if rng.random() < 0.1 else rng.randint(1, 30)
        for word in rng.choices(words, weights, k=length):
            parts += [word, rng.choice(BLANKS)]
        parts.append(rng.choice(ENDS))
        left -= length + 1
    return b"".join(parts) + rng.choice([b"", b"", b"last", b"last ", b"last\r", b"last\n"])


def _vocabulary(rng, words):
    """A file for -read-vocab, not always a well-formed one."""
    odd = [b"", b"x", b"x y", b"x 5 y 6", b"a +7", b"b 12c", b"d 3 \r"]
    lines = [b"</s> %d" % rng.randint(0, 99)] if rng.random() < 0.8 else []
    for word in words:
        if rng.random() < 0.9:
            blank, count = rng.choice([b" ", b" ", b" ", b"  ", b"\t"]), rng.choice([0, 1, 2, 5, 80, 4000])
            lines.append(word + blank + b"%d" % count)
    if rng.random() < 0.3:
        lines.insert(rng.randint(0, len(lines)), rng.choice(odd))
    return b"\n".join(lines) + rng.choice([b"\n", b""])
