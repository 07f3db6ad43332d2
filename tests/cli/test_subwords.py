"""w2v train --subwords, and all that is done with such models."""

import numpy as np
import pytest
from console import SENTENCES, fails, run

from w2v import FastText, KeyedVectors, Word2Vec
from w2v.fasttext import load_facebook_model

SMALL = ("--subwords", "--size", "8", "--min-count", "1", "--bucket", "500", "--epochs", "2", "--threads", "1")
SMALL += ("--quiet",)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(SENTENCES, encoding="utf-8")
    return path


@pytest.fixture
def model(text, tmp_path):
    path = tmp_path / "model.w2v"
    assert run("train", text, "-o", path, *SMALL, "--min-n", "2").returncode == 0
    return path


def test_it_trains_n_grams(model):
    loaded = FastText.load(model)
    assert (loaded.min_n, loaded.max_n, loaded.bucket, loaded.sg) == (2, 6, 500, 1)
    assert KeyedVectors.load(model)["kings"].any()
    done = run("similar", model, "kings", "--topn", "3")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 3


def test_it_goes_on(model, text, tmp_path):
    output = tmp_path / "more.w2v"
    done = run("train", text, "-o", output, "--resume", model, "--epochs", "1", "--threads", "1", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    before, after = FastText.load(model), FastText.load(output)
    assert after.train_count == 2
    assert not np.array_equal(after.wv["kings"], before.wv["kings"])
    assert "--bucket: expected one of them" in fails("train", text, "-o", output, "--resume", model, "--bucket", "9")


def test_files_of_fasttext(model, text, tmp_path):
    path = tmp_path / "model.bin"
    assert run("train", text, "-o", path, *SMALL, "--format", "fasttext").returncode == 0
    assert load_facebook_model(path).bucket == 500
    assert run("convert", model, path, "--to", "fasttext").returncode == 0
    assert np.array_equal(load_facebook_model(path).wv["kings"], FastText.load(model).wv["kings"])
    output = tmp_path / "more.w2v"
    assert run("train", text, "-o", output, "--resume", path, "--epochs", "1", "--quiet").returncode == 0
    assert FastText.load(output).bucket == 500


def test_vectors_to_begin_with(model, text, tmp_path):
    output = tmp_path / "more.w2v"
    options = ("--init-from", model, "--min-n", "2", "--freeze", "input")
    assert run("train", text, "-o", output, *SMALL, *options).returncode == 0
    assert np.allclose(FastText.load(output).wv["kings"], FastText.load(model).wv["kings"], atol=1e-6)


def test_a_checkpoint_goes_on(text, tmp_path):
    path, output = tmp_path / "run.ckpt", tmp_path / "v.w2v"
    assert run("train", text, "-o", output, *SMALL, "--checkpoint", path, "--every", "0.001").returncode == 0
    assert FastText.load(output).bucket == 500
    assert not path.exists()


def test_what_contradicts_itself(text, tmp_path):
    output = tmp_path / "v.w2v"
    assert "expected --subwords" in fails("train", text, "-o", output, "--bucket", "9")
    assert "expected --subwords" in fails("train", text, "-o", output, "--format", "fasttext")
    assert "words alone" in fails("tune", text, "sets", "--metric", "men", "--subwords")
    Word2Vec([["to", "be"]], min_count=1, vector_size=8).save(output)
    assert "n-grams" in fails("convert", output, tmp_path / "v.bin", "--to", "fasttext")
