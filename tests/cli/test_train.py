"""w2v train and w2v demo."""

import gzip
import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from console import SENTENCES, fails, needs_posix, run

from w2v import KeyedVectors, Word2Vec, train_vectors
from w2v.formats import format_of
from w2v.presets import PRESETS


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(SENTENCES, encoding="utf-8")
    return path


SENSELESS = """
--alpha=-0.1 --alpha=0 --alpha=nan --alpha=inf --alpha=1e999 --alpha=x --sample=-1 --sample=nan --size=0 --size=1.5
--size=nan --window=0 --negative=-1 --epochs=0 --epochs=-1 --min-count=-1 --threads=0 --seed=-1 --kernel=magic
--objective=x --max-final-vocab=0
"""


@pytest.mark.parametrize("option", SENSELESS.split())
def test_settings_that_make_no_sense(text, tmp_path, option):
    name, value = option.split("=")
    message = fails("train", text, "-o", tmp_path / "v.w2v", option)
    assert f"{name}: expected" in message
    assert repr(value) in message
    assert os.listdir(tmp_path) == ["text.txt"]


def test_texts_that_cannot_be_read(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    output = tmp_path / "v.w2v"
    assert "nothing: No such file" in fails("train", tmp_path / "nothing", "-o", output)
    assert "got an empty file" in fails("train", tmp_path, "-o", output)  # the one in the folder
    assert "got an empty file" in fails("train", tmp_path / "empty", "-o", output)
    assert os.listdir(tmp_path) == ["empty"]


def test_outputs_that_cannot_be_written(text, tmp_path):
    assert "no/v.w2v: No such file" in fails("train", text, "-o", tmp_path / "no" / "v.w2v")
    assert "Is a directory" in fails("train", text, "-o", tmp_path)
    assert "is the input itself" in fails("train", text, "-o", text)
    assert text.read_text(encoding="utf-8") == SENTENCES
    assert "no/v.w2v: No such file" in fails("demo", "-o", tmp_path / "no" / "v.w2v")


def test_sg_and_cbow_exclude_each_other(text, tmp_path):
    assert "not allowed with" in fails("train", text, "-o", tmp_path / "v", "--sg", "--cbow")


NATIVE, BINARY, TEXT = "native", "word2vec-binary", "word2vec-text"
EXTENSIONS = {"v.bin": BINARY, "v.BIN.gz": BINARY, "v.txt": TEXT, "v.vec.xz": TEXT, "v.w2v": NATIVE, "bin": NATIVE}


@pytest.mark.parametrize("path", EXTENSIONS)
def test_format_by_extension(path):
    assert format_of(path) == EXTENSIONS[path]
    assert format_of("folder.bin/" + path) == EXTENSIONS[path]


@pytest.mark.parametrize("name", ["v.w2v", "v.bin", "v.txt.gz"])
@pytest.mark.parametrize("kind", ["--sg", "--cbow"])
def test_train(text, tmp_path, name, kind):
    done = run("train", text, "-o", tmp_path / name, "--size", 20, "--epochs", 2, "--threads", 1, kind)
    assert (done.returncode, done.stdout) == (0, "")
    assert "11 vectors of 20, loss " in done.stderr
    assert sorted(os.listdir(tmp_path)) == ["text.txt", name]
    info = run("info", tmp_path / name).stdout
    assert "the and a queen king" in info
    assert run("similar", tmp_path / name, "king").stdout.count("\n") == 10


def test_train_quietly_and_repeatably(text, tmp_path):
    for name in ("a.bin", "b.bin"):
        done = run("train", text, "-o", tmp_path / name, "--quiet", "--threads", 1)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "a.bin").read_bytes() == (tmp_path / "b.bin").read_bytes()
    run("train", text, "-o", tmp_path / "b.bin", "--quiet", "--threads", 1, "--seed", 2)
    assert (tmp_path / "a.bin").read_bytes() != (tmp_path / "b.bin").read_bytes()


def test_format_option(text, tmp_path):
    run("train", text, "-o", tmp_path / "v.bin", "--format", "word2vec-text")
    assert len(KeyedVectors.load_word2vec_format(tmp_path / "v.bin")) == 11


@pytest.mark.parametrize("content", [b"a b c d e\n", b"\n\n \n"])
def test_nothing_left_after_pruning(tmp_path, content):
    (tmp_path / "text").write_bytes(content)
    fails("train", tmp_path / "text", "-o", tmp_path / "v.w2v")
    assert os.listdir(tmp_path) == ["text"]


def test_divergence_is_an_error(text, tmp_path):
    message = fails("train", text, "-o", tmp_path / "v.w2v", "--alpha", "1e38")
    assert "diverged" in message
    assert os.listdir(tmp_path) == ["text.txt"]


def test_a_full_disk_keeps_the_old_file(text, tmp_path, monkeypatch):
    output = tmp_path / "v.w2v"
    output.write_bytes(b"old")

    def full(file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in fails("train", text, "-o", output)
    assert output.read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["text.txt", "v.w2v"]


TRAIN_AND_TELL = """
import sys
from w2v import cli
from w2v.training import trainer

run_epoch = trainer.Trainer.run_epoch

def told(*arguments):
    print("training", flush=True)
    return run_epoch(*arguments)

trainer.Trainer.run_epoch = told
sys.exit(cli.main(sys.argv[1:]))
"""


@needs_posix
def test_interrupted_training(text, tmp_path):
    text.write_text((SENTENCES.replace("\n", " ") + "\n") * 2000, encoding="utf-8")
    output = tmp_path / "v.w2v"
    output.write_bytes(b"old")
    command = [sys.executable, "-c", TRAIN_AND_TELL, "train", str(text), "-o", str(output), "--size", "1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "training\n"
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, out, errors) == (130, "", "w2v: interrupted\n")
    assert output.read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["text.txt", "v.w2v"]


@pytest.mark.slow
def test_demo(tmp_path):
    done = run("demo", "-o", tmp_path / "v.w2v")
    assert done.returncode == 0
    neighbours, analogies = done.stdout.split("\n\n")
    near = {line.split()[0]: line.split()[1:] for line in neighbours.splitlines()}
    assert {"sherlock", "lestrade"} & set(near["holmes"])
    assert {"jane", "emma", "elinor"} & set(near["elizabeth"])
    assert {"evening", "day"} <= set(near["morning"])
    answers = [line.split(" :")[-1].strip().split(", ") for line in analogies.splitlines()]
    assert {"knightley", "elton"} & set(answers[0])
    assert answers[1][0] == "she"
    assert os.listdir(tmp_path) == ["v.w2v"]


# ---- settings ----


def settings_of(path):
    return json.loads(run("info", path, "--json").stdout)["settings"]


def test_presets_config_and_flags_in_their_order(text, tmp_path):
    config = tmp_path / "settings.json"
    config.write_text('{"preset": "fast", "window": 7, "negative": 3, "shrink_windows": false}')
    output = tmp_path / "v.w2v"
    done = run("train", text, "-o", output, "--config", config, "--negative", 4, "--vector-size", 8, "--comment", "hi")
    assert done.returncode == 0
    model = Word2Vec.load(output)
    assert (model.window, model.negative, model.shrink_windows, model.comment) == (7, 4, False, "hi")
    assert model.epochs == PRESETS["fast"]["epochs"]
    run("train", text, "-o", output, "--config", config, "--preset", "gensim", "--vector-size", 8)
    model = Word2Vec.load(output)
    assert (model.sg, model.alpha, model.epochs, model.window) == (0, 0.025, 5, 7)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib came with Python 3.11")
def test_config_in_toml(text, tmp_path):
    config, output = tmp_path / "settings.toml", tmp_path / "v.w2v"
    config.write_text("# short\nvector_size = 8\nsample = 1e-5\nhs = true\n")
    assert run("train", text, "-o", output, "--config", config).returncode == 0
    model = Word2Vec.load(output)
    assert (model.vector_size, model.sample, model.hs) == (8, 1e-5, 1)


WRONG = {
    '{"windw": 3}': "'windw' is no setting; did you mean window?",
    '{"window": 0}': "window: expected a whole number of at least 1",
    '{"window": true}': "window: expected a whole number",
    '{"hs": 2}': "hs: expected true or false, got 2",
    '{"preset": "bets"}': "preset: expected one of default, fast",
    '{"kernel": "x"}': "kernel: expected one of batched",
    "[1]": "expected names and values, got list",
    "{": "settings.json: Expecting",
}


@pytest.mark.parametrize("content", WRONG)
def test_config_that_makes_no_sense(text, tmp_path, content):
    config = tmp_path / "settings.json"
    config.write_text(content)
    assert WRONG[content] in fails("train", text, "-o", tmp_path / "v.w2v", "--config", config)
    assert sorted(os.listdir(tmp_path)) == ["settings.json", "text.txt"]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_train(text, tmp_path, name):
    assert run("train", text, "-o", tmp_path / "v.w2v", "--preset", name, "--epochs", 1).returncode == 0
    model = Word2Vec.load(tmp_path / "v.w2v")
    assert {setting: getattr(model, setting) for setting in PRESETS[name] if setting != "epochs"} == {
        setting: value for setting, value in PRESETS[name].items() if setting != "epochs"
    }


def test_a_preset_of_several_trainings(text, tmp_path):
    output, small = tmp_path / "v.w2v", ["--preset", "best", "--vector-size", 8, "--epochs", 2, "--workers", 1]
    done = run("train", text, "-o", output, *small, "--watch", "--seed", 5)
    assert done.returncode == 0
    assert "three trainings, in six times the time of --preset default" in done.stderr
    assert done.stderr.count("epoch 2/2") == 3
    kv = KeyedVectors.load(output)
    wanted = train_vectors(corpus_file=text, vector_size=8, epochs=2, workers=1, seed=5)
    np.testing.assert_array_equal(kv.vectors, wanted.vectors)
    config = tmp_path / "settings.json"
    config.write_text('{"preset": "best", "vector_size": 4, "epochs": 1}')
    done = run("train", "-", "-o", tmp_path / "v.bin", "--config", config, "--json", stdin=SENTENCES.encode())
    assert json.loads(done.stdout)["vector_size"] == KeyedVectors.load(tmp_path / "v.bin").vector_size == 4


@pytest.mark.parametrize(
    "flags",
    ["--resume x", "--vocab x", "--init-from x", "--freeze input", "--checkpoint c", "--add-outputs", "--subwords",
     "--format fasttext", "--kernel mirror", "--hs --negative 0"],
)  # fmt: skip
def test_what_several_trainings_cannot_have(text, tmp_path, flags):
    assert "preset" in fails("train", text, "-o", tmp_path / "v.w2v", "--preset", "best", *flags.split())
    assert sorted(os.listdir(tmp_path)) == ["text.txt"]


@pytest.mark.parametrize(
    "flags",
    [
        ["--hs", "--negative", "0"],
        ["--objective", "nce", "--nce-bias"],
        ["--objective", "softmax"],
        ["--kernel", "mirror", "--workers", "1", "--cbow"],
        ["--cbow", "--no-cbow-mean"],
    ],
)
def test_objectives_and_kernels(text, tmp_path, flags):
    done = run("train", text, "-o", tmp_path / "v.w2v", "--epochs", 1, *flags)
    assert done.returncode == 0, done.stderr
    assert len(Word2Vec.load(tmp_path / "v.w2v").wv) >= 11


def test_contradicting_settings(text, tmp_path):
    assert "trains nothing" in fails("train", text, "-o", tmp_path / "v", "--negative", 0)


# ---- where to begin ----


def test_resume(text, tmp_path):
    output = tmp_path / "v.w2v"
    run("train", text, "-o", output, "--size", 8, "--epochs", 2, "--sample", 0)
    before = Word2Vec.load(output)
    more = tmp_path / "more.txt"
    more.write_text("the king met the duke\n" * 9, encoding="utf-8")
    assert run("train", more, "-o", output, "--resume", output, "--epochs", 3).returncode == 0
    after = Word2Vec.load(output)
    assert len(after.losses) == 5
    assert after.train_count == 2
    assert after.seed != before.seed
    assert "duke" not in after.wv
    assert not (after.wv["king"] == before.wv["king"]).all()
    assert run("train", more, "-o", output, "--resume", output, "--new-words").returncode == 0
    assert "duke" in Word2Vec.load(output).wv


def test_resume_is_refused(text, tmp_path):
    output = tmp_path / "v.w2v"
    run("train", text, "-o", output, "--size", 8)
    content = output.read_bytes()
    for flags in ("--size 9", "--preset fast", "--objective nce", "--hs", f"--vocab {text}", f"--init-from {output}"):
        assert "expected one of them" in fails("train", text, "-o", output, "--resume", output, *flags.split())
    assert "expected --resume" in fails("train", text, "-o", output, "--new-words")
    KeyedVectors.load(output).save(tmp_path / "vectors.w2v")
    assert "got vectors alone" in fails("train", text, "-o", output, "--resume", tmp_path / "vectors.w2v")
    assert output.read_bytes() == content


def test_init_from_and_freeze(text, tmp_path):
    start, output = tmp_path / "start.txt", tmp_path / "v.w2v"
    run("train", text, "-o", start, "--size", 8, "--epochs", 1)
    assert run("train", text, "-o", output, "--size", 8, "--init-from", start, "--freeze", "input").returncode == 0
    a, b = KeyedVectors.load_word2vec_format(start), KeyedVectors.load(output)
    assert all(a[word] == pytest.approx(b[word]) for word in a.index_to_key)


def test_vocab(text, tmp_path):
    (tmp_path / "words").write_text("king 30\nqueen 20\nrare 1\n")
    output = tmp_path / "v.w2v"
    assert run("train", text, "-o", output, "--vocab", tmp_path / "words", "--min-count", 2).returncode == 0
    assert KeyedVectors.load(output).index_to_key == ["king", "queen"]


# ---- standard input and output, and what is printed ----


def test_standard_input_and_output(text, tmp_path):
    flags = ("--size", 8, "--workers", 1, "--quiet")
    done = run("train", "-", "-o", "-", *flags, stdin=text.read_bytes())
    assert run("train", text, "-o", tmp_path / "v.txt", *flags).returncode == 0
    assert done.stdout == (tmp_path / "v.txt").read_text(encoding="utf-8")
    assert "both write to standard output" in fails("train", text, "-o", "-", "--json")
    mirror = run("train", "-", "-o", "-", *flags, "--kernel", "mirror", "--cbow", stdin=text.read_bytes())
    assert mirror.stdout.startswith("12 8\n")
    assert "\n</s> " in mirror.stdout


def test_compressed_text(text, tmp_path):
    packed = tmp_path / "text.txt.gz"
    packed.write_bytes(gzip.compress(text.read_bytes()))
    for source, output in ((text, "a.bin"), (packed, "b.bin")):
        assert run("train", source, "-o", tmp_path / output, "--workers", 1, "--size", 8).returncode == 0
    assert (tmp_path / "a.bin").read_bytes() == (tmp_path / "b.bin").read_bytes()


def test_watch(text, tmp_path):
    done = run("train", text, "-o", tmp_path / "v.w2v", "--watch", "--epochs", 3, "--size", 8)
    lines = done.stderr.splitlines()
    losses = Word2Vec.load(tmp_path / "v.w2v").losses
    for number, (line, loss) in enumerate(zip(lines, losses, strict=False), 1):
        assert line.startswith(f"epoch {number}/3  loss {loss:.4f}  alpha ")
    assert len(lines) == 5  # with what was learnt, and what to do next


def test_json(text, tmp_path):
    done = run("train", text, "-o", tmp_path / "v.w2v", "--json", "--epochs", 2)
    told = json.loads(done.stdout)
    assert (told["words"], told["epochs"], len(told["losses"]), done.stderr) == (11, 2, 2, "")


def test_sums_with_output_vectors_are_saved(text, tmp_path):
    settings = ("--seed", 3, "--epochs", 1, "--threads", 1, "--size", 8)
    assert run("train", text, "-o", tmp_path / "model.w2v", *settings).returncode == 0
    model = Word2Vec.load(tmp_path / "model.w2v")
    for name in ("sums.w2v", "sums.bin"):
        assert run("train", text, "-o", tmp_path / name, *settings, "--add-outputs").returncode == 0
        sums = KeyedVectors.load(tmp_path / name)
        assert sums.index_to_key == model.wv.index_to_key
        np.testing.assert_array_equal(sums.vectors, model.with_outputs().vectors)
    refused = fails("train", text, "-o", tmp_path / "hs.w2v", "--hs", "--negative", 0, "--add-outputs")
    assert "--add-outputs: expected noise words or the full softmax" in refused
    assert not (tmp_path / "hs.w2v").exists()
