"""The mirror trainer and its companions against files that the original programs wrote, byte for byte."""

import io
import math
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from places import GOLDEN, SHARED_GOLDEN

from w2v import KeyedVectors, _core, mirror
from w2v.cli import main
from w2v.cli.commands.originals import COMMANDS
from w2v.errors import VocabularyError
from w2v.mirror.files import save_classes, save_vectors

RUNS = [line.split("\t") for line in (GOLDEN / "runs.tsv").read_text().splitlines()]
WRITING = [command.split() for _, _, command in RUNS if command.startswith("word2vec ") and "-output" in command]

SHARED_RUNS = (
    [line.split("\t") for line in (SHARED_GOLDEN / "runs.tsv").read_text().splitlines()]
    if SHARED_GOLDEN.is_dir()
    else []
)
needs_shared = pytest.mark.skipif(
    not SHARED_GOLDEN.is_dir(), reason=f"the larger golden files are not at {SHARED_GOLDEN}"
)


def flags_of(arguments):
    return dict(zip(arguments[::2], arguments[1::2], strict=True))


@pytest.fixture
def run(tmp_path, monkeypatch, capsysbinary):
    """Run a command in tmp_path; return its exit status, standard output and standard error."""

    def run(*command, stdin=b""):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = main(command)
        return status, *capsysbinary.readouterr()

    return run


def run_by_api(folder, flags, output):
    """Write what the command line with these flags writes, by the Python interface."""
    whole = ("size", "window", "hs", "negative", "iter", "min-count", "cbow", "hash-size")
    settings = {name.replace("-", "_"): int(flags[f"-{name}"]) for name in whole if f"-{name}" in flags}
    settings |= {name: float(flags[f"-{name}"]) for name in ("sample", "alpha") if f"-{name}" in flags}
    read_vocab = folder / flags["-read-vocab"] if "-read-vocab" in flags else None
    result = mirror.train(folder / flags["-train"], read_vocab=read_vocab, **settings)
    if "-classes" in flags:
        save_classes(output, result.words, mirror.classes(result.vectors, int(flags["-classes"])))
    else:
        save_vectors(output, result.words, result.vectors, flags.get("-binary") == "1")


# ---- committed golden files


@pytest.mark.parametrize("name, stdin, command", RUNS, ids=[name for name, _, _ in RUNS])
def test_command(name, stdin, command, run, tmp_path):
    shutil.copytree(GOLDEN, tmp_path, dirs_exist_ok=True)
    flags = flags_of(command.split()[1:]) if command.startswith("word2") else {}
    written = [flags[flag] for flag in ("-output", "-save-vocab") if flag in flags]
    for file in written:
        (tmp_path / file).unlink()
    status, out, err = run(*command.split(), stdin=b"" if stdin == "-" else (GOLDEN / stdin).read_bytes())
    assert (status, err) == (0, b"")
    assert out == (GOLDEN / f"{name}.out").read_bytes()
    for file in written:
        assert (tmp_path / file).read_bytes() == (GOLDEN / file).read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in GOLDEN.iterdir()}


@pytest.mark.parametrize("command", WRITING, ids=[flags_of(command[1:])["-output"] for command in WRITING])
def test_python_interface(command, tmp_path):
    flags = flags_of(command[1:])
    run_by_api(GOLDEN, flags, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == (GOLDEN / flags["-output"]).read_bytes()


def test_every_golden_file_is_tested():
    made = {f"{name}.out" for name, _, _ in RUNS}
    for _, stdin, command in RUNS:
        made |= {stdin, *command.split()} | {"runs.tsv"}
    assert {path.name for path in GOLDEN.iterdir()} <= made


def test_as_a_program(tmp_path):
    command = [sys.executable, "-m", "w2v", "distance", str(GOLDEN / "sg_ns.bin")]
    done = subprocess.run(command, input=(GOLDEN / "lookups.txt").read_bytes(), capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == (GOLDEN / "distance.out").read_bytes()


# ---- the larger golden files


@needs_shared
@pytest.mark.parametrize("text, name, flags", SHARED_RUNS, ids=[name for _, name, _ in SHARED_RUNS])
def test_shared_golden(text, name, flags, run, tmp_path):
    golden = (SHARED_GOLDEN / f"{name}.bin").read_bytes()
    arguments = ["-train", str(SHARED_GOLDEN / text), *flags.split()]
    status, _, err = run("word2vec", *arguments, "-output", "out", "-threads", "1", "-debug", "0")
    assert (status, err) == (0, b"")
    assert (tmp_path / "out").read_bytes() == golden
    run_by_api(SHARED_GOLDEN, flags_of(arguments), tmp_path / "by_api")
    assert (tmp_path / "by_api").read_bytes() == golden


@needs_shared
def test_shared_vocab(run, tmp_path):
    run(
        "word2vec",
        "-train",
        str(SHARED_GOLDEN / "corpus.txt"),
        "-save-vocab",
        "out",
        "-min-count",
        "5",
        "-threads",
        "1",
    )
    assert (tmp_path / "out").read_bytes() == (SHARED_GOLDEN / "vocab.txt").read_bytes()


@needs_shared
def test_shared_phrases(run, tmp_path):
    status, out, _ = run(
        "word2phrase", "-train", str(SHARED_GOLDEN / "corpus.txt"), "-output", "out", "-min-count", "5"
    )
    assert status == 0
    assert (tmp_path / "out").read_bytes() == (SHARED_GOLDEN / "phrases.txt").read_bytes()
    assert out.count(b"Words processed: ") == out.count(b"Words written: ") == 2


# ---- the noise table, which is never stored


def add_up(numbers):
    """Sum from left to right; sum() of newer Pythons rounds less."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def last_cells(counts):
    """The last cell of every word's run, by the original's comparison: bisection, as it is monotone. Of words that come
    too late to have a cell, the last of all."""
    powers = [math.pow(count, 0.75) for count in counts]
    total, share, ends = add_up(powers), 0.0, []
    for power in powers:
        share += power / total
        low, high = (ends[-1] + 1 if ends else 0), 10**8
        while low < high:
            middle = (low + high) // 2
            if middle / 1e8 > share:
                high = middle
            else:
                low = middle + 1
        ends.append(low)
    ends[-1] = 10**8
    return np.minimum(ends, 10**8 - 1)


@pytest.mark.parametrize("n_words", [1, 2, 3, 100, 5000, 200_000])
def test_noise_table_at_every_boundary(n_words):
    counts = np.sort(np.random.default_rng(n_words).zipf(1.3, n_words).clip(max=10**9))[::-1].astype(np.int64)
    ends = last_cells(counts.tolist())
    starts = np.concatenate([[0], ends[:-1] + 1])
    starts = starts[starts < 10**8]
    some = np.random.default_rng(0).integers(0, 10**8, 10_000)
    cells = np.concatenate([starts, ends, some])
    found = _core.mirror_noise_words(counts, cells.astype(np.uint32))
    assert np.array_equal(found, np.searchsorted(ends, cells))
    assert np.array_equal(found[: len(starts)], np.arange(len(starts)))


def test_noise_table_cell_by_cell():
    counts = [0, *range(40_000, 0, -1)]  # </s> of count 0 comes first
    powers = [math.pow(count, 0.75) for count in counts]
    total, word, table = add_up(powers), 0, []
    share = powers[0] / total
    for cell in range(200_000):
        table.append(word)
        if cell / 1e8 > share:
            word += 1
            share += powers[word] / total
    cells = np.arange(len(table), dtype=np.uint32)
    assert _core.mirror_noise_words(np.array(counts), cells).tolist() == table


def test_noise_table_of_words_without_counts():
    assert _core.mirror_noise_words(np.zeros(3, dtype=np.int64), np.array([0, 10**8 - 1], np.uint32)).tolist() == [0, 0]


# ---- the same command line with the fast kernels


@pytest.mark.parametrize("flags", ["-threads 2", "-kernel batched -threads 1", "-kernel pairwise", ""])
def test_fast_kernels(flags, run, tmp_path):
    text = GOLDEN / "excerpt.txt"
    expected = mirror.learn_vocabulary(text, mirror.Settings())
    command = f"word2vec -train {text} -output out -size 8 -iter 2 -debug 1 {flags}"
    status, out, err = run(*command.split(), "-binary", "1", "-save-vocab", "vocab")
    assert (status, err) == (0, b"")
    lines = (tmp_path / "vocab").read_text(encoding="utf-8").splitlines()
    pairs = zip(expected.words[1:], expected.counts[1:], strict=True)  # without "</s>"
    assert sorted(lines) == sorted(f"{word} {count}" for word, count in pairs)
    assert out.endswith(b"Vocab size: %d\nWords in train file: %d\n" % (len(lines), expected.counts[1:].sum()))
    vectors = KeyedVectors.load_word2vec_format(tmp_path / "out", binary=True)
    assert vectors.index_to_key == [line.split(" ")[0] for line in lines]
    assert vectors.vectors.shape == (len(lines), 8)
    assert run("distance", "out", stdin=b"emma\nEXIT\n")[1].count(b"\n") > 40
    assert run(*command.split(), "-classes", "3")[0] == 0
    classes = [line.split(" ") for line in (tmp_path / "out").read_text(encoding="utf-8").splitlines()]
    assert [word for word, _ in classes] == vectors.index_to_key
    assert {number for _, number in classes} <= {"0", "1", "2"}


def test_fast_kernels_take_a_vocabulary_from_a_file(run, tmp_path):
    shutil.copy(GOLDEN / "excerpt.txt", tmp_path)
    (tmp_path / "vocab").write_text("</s> 900\nthe 500\nand 300\nof 200\nnowhere 9\nrare 1\n")
    command = "word2vec -train excerpt.txt -read-vocab vocab -output out -size 4 -iter 1 -threads 2 -debug 1"
    status, out, err = run(*command.split())
    assert (status, err) == (0, b"")
    assert out.endswith(b"Vocab size: 4\nWords in train file: 1009\n")  # "rare" is below -min-count
    assert KeyedVectors.load_word2vec_format(tmp_path / "out").index_to_key == ["the", "and", "of", "nowhere"]


# ---- what the original would not survive, and how the mirror says so

TEXT = b"a b c a\nb a c\n" * 20


@pytest.mark.parametrize(
    "command, message",
    [
        ("word2vec -train missing -output out -threads 1", "missing"),
        ("word2vec -train empty -output out -threads 1", "empty: expected text, got an empty file"),
        ("word2vec -train text -output nowhere/out -threads 1", "nowhere/out: No such file or directory"),
        ("word2vec -train text -read-vocab empty -output out -threads 1", "empty file"),
        ("word2vec -train text -read-vocab missing -output out -threads 1", "missing"),
        ("word2vec -train text -output out -threads 1 -size 0", "-size: expected a whole number from 1 to"),
        ("word2vec -train text -output out -threads 1 -window 0", "-window: expected a whole number from 1 to"),
        ("word2vec -train text -output out -threads 1 -iter 0", "-iter: expected a whole number from 1 to"),
        ("word2vec -train text -output out -threads 1 -size 1e2", "-size: expected a whole number"),
        ("word2vec -train text -output out -threads 1 -alpha nan", "-alpha: expected a number, got 'nan'"),
        ("word2vec -train text -output out -threads 1 -classes -3", "-classes: expected"),
        ("word2vec -train text -output out -threads 0", "-threads: expected"),
        ("word2vec -train text -output out -threads 1 -iter", "-iter: expected a value after it"),
        ("word2vec -output out -threads 1", "-train: expected a file name"),
        ("word2vec -train text -output out -threads 1 -min-count 1 -alpha 1e30", "lower alpha"),
        ("word2vec -train text -output out -kernel fast", "-kernel: expected mirror, batched or pairwise"),
        ("word2vec -train text -output out -read-vocab empty -threads 2", "empty file"),
        ("word2vec -train text -output out -threads 2 -negative 0", "negative"),
        ("word2phrase -train empty -output out", "empty: expected text, got an empty file"),
        ("word2phrase -train text", "-output: expected a file name"),
        ("distance missing", "missing"),
        ("distance text", "expected the numbers of words and of dimensions"),
        ("word-analogy short", "short: word 1 of 2 ends early"),
        ("compute-accuracy huge", "expected 9999999 vectors"),
        ("compute-accuracy short x", "LIMIT: expected a number of words"),
    ],
)
def test_errors_are_one_line_and_leave_no_file(command, message, run, tmp_path):
    files = {"empty": b"", "text": TEXT, "short": b"2 2\n</s> 12345678\na 123 ", "huge": b"9999999 9999 x"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    status, _, err = run(*command.split())
    assert status == 2
    assert err.startswith(b"w2v: error: ")
    assert message.encode() in err
    assert err.count(b"\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == files.keys()


def test_failed_run_keeps_the_file_that_was_there(run, tmp_path):
    (tmp_path / "text").write_bytes(TEXT)
    (tmp_path / "out").write_bytes(b"precious")
    assert run("word2vec", "-train", "text", "-output", "out", "-threads", "1", "-alpha", "1e30")[0] == 2
    assert (tmp_path / "out").read_bytes() == b"precious"


def test_unknown_arguments_are_named(run, tmp_path):
    (tmp_path / "text").write_bytes(b"a b c a\n")
    status, _, err = run("word2vec", "-train", "text", "-output", "out", "-threads", "1", "-itter", "3")
    assert (status, err) == (0, b"ignored: -itter 3\n")


@pytest.mark.parametrize("flags", [[], ["-h"], ["--help"]])
@pytest.mark.parametrize("command", COMMANDS)
def test_usage(command, flags, run):
    status, out, err = run(command, *flags)
    assert (status, err) == (0, b"")
    assert out.startswith(b"usage: w2v " + command.encode())


def test_vocabulary_pruned_to_nothing(tmp_path):
    (tmp_path / "text").write_text("a b c d e f g")
    with pytest.raises(VocabularyError, match="no words are left"):
        mirror.train(tmp_path / "text", hash_size=1)


@pytest.mark.parametrize(
    "name, value", [("size", 0), ("window", 1.5), ("iter", 2**31), ("sample", math.nan), ("alpha", math.inf)]
)
def test_settings_are_checked(name, value):
    with pytest.raises(ValueError, match=f"{name}: expected"):
        mirror.Settings(**{name: value})


def test_watch_can_stop_a_run():
    class Impatient(mirror.Watch):
        def training(self, alpha, words, vocabulary):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mirror.fit(GOLDEN / "excerpt.txt", mirror.Settings(size=2), watch=Impatient())


@pytest.mark.parametrize("when", ["counting", "training"])
def test_a_text_that_is_cut_short_is_an_error(tmp_path, when):
    """It is mapped, and the system kills whoever reads a part of a mapped file that is gone."""
    path = tmp_path / "text"
    path.write_text("one two three\n" * 200_000)

    class Cutting(mirror.Watch):
        def counting(self, words):
            if when == "counting":
                os.truncate(path, 5000)

        def training(self, alpha, words, vocabulary):
            os.truncate(path, 5000)

    with pytest.raises(OSError, match=r"text: cut short while it was read: expected 2800000 bytes, got 5000"):
        mirror.fit(path, mirror.Settings(size=2, min_count=1), watch=Cutting())


def test_bytes_that_are_not_utf8_survive(tmp_path):
    (tmp_path / "text").write_bytes(b"\xff \xc3( \xff\n")
    result = mirror.train(tmp_path / "text", size=1, min_count=1)
    assert [word.encode("utf-8", "surrogateescape") for word in result.words] == [b"</s>", b"\xff", b"\xc3("]
