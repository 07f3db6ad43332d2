"""Check tests/data/golden against the original word2vec programs, rewrite it (--write), or try random runs (--fuzz N).

--larger FOLDER checks, or with --write makes, another folder of longer runs: its runs.tsv has a text of the folder, a
name and flags in a line, and NAME.bin is what word2vec.c writes for them.

The originals are the Google Code revision that the PyPI source package `word2vec` 0.11.1 carries, built by gcc with
strict floating point. (The revision of 2017 on GitHub never clears its end-of-file flag: after one thread has met the
end of the file, it trains nothing in later epochs. It is not the model here.) Other machines can give other bytes only
if their C library rounds exp or pow otherwise, or if its qsort is not a merge sort; glibc on x86-64 made the committed
files.

tests/data/golden/runs.tsv has a line for each run: name, file for standard input or "-", command. A run leaves its
standard output as NAME.out beside the files that it writes.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import fuzz_golden
from originals import Originals, differences, execute

DATA = Path(__file__).resolve().parent.parent / "tests" / "data" / "golden"
INPUTS = ("excerpt.txt", "quirks.txt", "vocab.txt", "questions.txt", "lookups.txt", "triples.txt", "runs.tsv")


def make(folder, originals):
    """Run all lines of runs.tsv in a folder with a copy of the inputs."""
    for name in INPUTS:
        (folder / name).write_bytes((DATA / name).read_bytes())
    for line in (DATA / "runs.tsv").read_text().splitlines():
        name, stdin, command = line.split("\t")
        execute(originals.command(command.split()), folder, stdin, f"{name}.out")


def make_larger(source, folder, originals):
    """Run all lines of a larger folder's runs.tsv; return its names of files."""
    names = []
    for line in (source / "runs.tsv").read_text().splitlines():
        text, name, flags = line.split("\t")
        command = ["word2vec", "-train", str(source / text), "-output", f"{name}.bin", *flags.split()]
        execute(originals.command([*command, "-threads", "1", "-debug", "0"]), folder, "-", "output")
        names.append(f"{name}.bin")
    return names


def check_larger(source, folder, originals, write):
    """Compare, or write, the files of a larger folder; return the names of those that differ."""
    names = make_larger(source, folder, originals)
    wrong = [n for n in names if not (source / n).exists() or (source / n).read_bytes() != (folder / n).read_bytes()]
    if write:
        for name in wrong:
            (source / name).write_bytes((folder / name).read_bytes())
    return wrong


def check_committed(folder, originals, write):
    """The same for tests/data/golden."""
    make(folder, originals)
    wrong = differences(DATA, folder)
    if write:
        for path in DATA.iterdir():
            path.unlink()
        for path in folder.iterdir():
            (DATA / path.name).write_bytes(path.read_bytes())
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="rewrite what differs")
    parser.add_argument("--larger", type=Path, metavar="FOLDER", help="in place of tests/data/golden")
    parser.add_argument("--fuzz", type=int, metavar="N", help="compare the originals and w2v on N random runs")
    parser.add_argument("--seed", type=int, default=1, help="of the random runs")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, made = Path(name), Path(name, "made")
        made.mkdir()
        originals = Originals(folder)
        if arguments.fuzz is not None:
            return fuzz_golden.fuzz(originals, made, arguments.fuzz, arguments.seed)
        if arguments.larger:
            wrong = check_larger(arguments.larger.resolve(), made, originals, arguments.write)
        else:
            wrong = check_committed(made, originals, arguments.write)
    print(f"{'rewrote' if arguments.write else 'different'}: {', '.join(wrong)}" if wrong else "all the same")
    return int(bool(wrong) and not arguments.write)


if __name__ == "__main__":
    sys.exit(main())
