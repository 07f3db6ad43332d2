"""Commands, options and files that are named wrong: told first, with the names that may be meant."""

import pytest
from console import SENTENCES, fails, run

from w2v import KeyedVectors
from w2v.cli.typos import similar

COMMANDS = {
    "trian": "did you mean train?",
    "similiar": "did you mean similar?",
    "analogies": "did you mean analogy?",
    "Train": "did you mean train?",
    "odd_one_out": "did you mean odd-one-out?",
    "neighbours": "`w2v --help` has all commands",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(name):
    for rest in ([], ["--nothing", "missing.txt"], ["--help"]):
        assert fails(name, *rest) == f"w2v: error: there is no command {name!r}; {COMMANDS[name]}\n"


OPTIONS = {
    ("train", "--ouput", "v.w2v"): "'--ouput'; did you mean --output?",
    ("train", "missing.txt", "-o", "v.w2v", "--vectr-size", "50"): "'--vectr-size'; did you mean --vector-size?",
    ("train", "missing.txt", "-o", "v.w2v", "--vector_size=50"): "'--vector_size'; did you mean --vector-size?",
    ("train", "-size", "100", "-o", "v.w2v"): "'-size'; did you mean --size?",
    ("train", "missing.txt", "--epoch", "5"): "'--epoch'; did you mean --epochs?",
    ("train", "missing.txt", "--xyz"): "'--xyz'; `w2v train --help` has all options",
    ("similar", "missing.w2v", "king", "--top", "3"): "'--top'; did you mean --topn?",
    ("similar", "missing.w2v", "-k", "3"): "'-k'; `w2v similar --help` has all options",
    ("convert", "missing.bin", "v.w2v", "--limt", "3"): "'--limt'; did you mean --limit?",
    ("vocab", "count", "missing.txt", "--min_count", "3"): "'--min_count'; did you mean --min-count?",
    ("plot", "map", "missing.w2v", "--metod", "pca"): "'--metod'; did you mean --method?",
    ("--verison",): "'--verison'; did you mean --version?",
}


@pytest.mark.parametrize("arguments", OPTIONS)
def test_options_are_told_before_anything_else(arguments):
    assert f"error: there is no option {OPTIONS[arguments]}\n" in fails(*arguments)


@pytest.mark.parametrize(
    "arguments, name",
    [(["vocab", "cuont", "x"], "'cuont'; did you mean count?"), (["plot", "mep"], "'mep'; did you mean map?")],
)
def test_commands_of_commands(arguments, name):
    assert name in fails(*arguments)


def test_names_that_may_be_meant():
    assert similar("sim", ["similar", "similarity", "train"]) == ["similar", "similarity"]
    assert similar("convrt", ["convert", "compare"]) == ["convert"]
    assert len(similar("aaaa", ["aaab", "aaac", "aaad", "aaae"])) == 3


def test_values_that_begin_with_a_minus_sign(tmp_path):
    (tmp_path / "text.txt").write_text(SENTENCES)
    assert "--alpha: expected a finite number above 0, got '-1'" in fails(
        "train", tmp_path / "text.txt", "-o", tmp_path / "v", "--alpha", "-1"
    )
    assert "--topn: expected a whole number of at least 1, got '-1'" in fails(
        "similar", "v.w2v", "king", "--topn", "-1"
    )
    assert "--seed: expected a whole number of at least 0" in fails("train", "t", "-o", "v", "--seed", "-5")
    kv = KeyedVectors(2)
    kv.add_vectors(["-dash", "b"], [[1, 2], [3, 4]])
    kv.save(tmp_path / "v.w2v")
    assert run("similar", tmp_path / "v.w2v", "--", "-dash").stdout.startswith("b ")


@pytest.fixture
def vectors(tmp_path):
    kv = KeyedVectors(2)
    kv.add_vectors(["a", "b"], [[1, 2], [3, 4]])
    kv.save(tmp_path / "v.w2v")
    return tmp_path / "v.w2v"


@pytest.mark.parametrize("name", ["v.glove", "v.w2c", "v.txt.zip", "v.npy", "v.tsv.gz", "v.pickle"])
def test_unknown_extensions_are_refused(vectors, tmp_path, name):
    for arguments in (["convert", vectors], ["train", tmp_path / "text.txt", "-o"]):
        (tmp_path / "text.txt").write_text(SENTENCES)
        message = fails(*arguments, tmp_path / name)
        assert (
            f"{name}: expected a name in .w2v, .bin, .txt or .vec, or --format NAME: native, word2vec-text" in message
        )
        assert not (tmp_path / name).exists()


@pytest.mark.parametrize("flag", ["--to", "--format"])
def test_a_format_that_is_named(vectors, tmp_path, flag):
    (tmp_path / "text.txt").write_text(SENTENCES)
    assert run("convert", vectors, tmp_path / "v.glove", flag, "glove").returncode == 0
    assert (tmp_path / "v.glove").read_text().splitlines()[0].startswith("a 1.0 2.0")
    trained = run("train", tmp_path / "text.txt", "-o", tmp_path / "t.x", flag, "glove", "--epochs", 1, "--size", 4)
    assert trained.returncode == 0
    assert len((tmp_path / "t.x").read_text().splitlines()[0].split()) == 5


@pytest.mark.parametrize("name", ["v.w2v", "v", "v.model", "v.kv", "v.W2V", "v.model.gz"])
def test_names_of_our_own_format(vectors, tmp_path, name):
    (tmp_path / "new").mkdir()
    assert run("convert", vectors, tmp_path / "new" / name).returncode == 0
    assert KeyedVectors.load(tmp_path / "new" / name).index_to_key == ["a", "b"]
