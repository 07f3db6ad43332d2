"""w2v train --ray."""

import numpy as np
import pytest
from console import fails, run
from fake_ray import FakeRay

from w2v import Word2Vec
from w2v.cluster import crew


@pytest.fixture
def text(tmp_path):
    random = np.random.default_rng(3)
    path = tmp_path / "text.txt"
    path.write_text("\n".join(" ".join(f"w{i}" for i in row) for row in random.integers(0, 50, (500, 10))))
    return path


def test_a_cluster_trains_what_one_process_does(text, tmp_path, monkeypatch):
    fake = FakeRay(2)
    monkeypatch.setattr(crew, "import_ray", lambda: fake)
    settings = ["--shards", 3, "--size", 8, "--epochs", 2, "--quiet"]
    run("train", text, "-o", tmp_path / "here.w2v", *settings)
    run("train", text, "-o", tmp_path / "there.w2v", "--ray", "10.0.0.1:6379", "--deadline", 5, *settings)
    assert fake.options["address"] == "10.0.0.1:6379"
    assert len(fake.started) == 2
    here, there = (Word2Vec.load(tmp_path / f"{name}.w2v") for name in ("here", "there"))
    assert np.array_equal(here.wv.vectors, there.wv.vectors)


def test_what_is_refused(text, tmp_path):
    output = tmp_path / "vectors.w2v"
    assert "--deadline: expected --ray with it" in fails("train", text, "-o", output, "--deadline", 5)
    assert "--ray: expected --shards N with it" in fails("train", text, "-o", output, "--ray")
    lines = tmp_path / "text.jsonl"
    lines.write_text('{"text": "to be"}\n')
    told = fails("train", lines, "-o", output, "--column", "text", "--ray", "--shards", 2)
    assert "--ray and --column: expected one of them" in told


def test_what_was_lost_goes_on_from_its_checkpoint(text, tmp_path, monkeypatch):
    def fail(actor):
        raise OSError("this node is on fire")

    fake = FakeRay(2)
    fake.plan["train", 40] = fail
    monkeypatch.setattr(crew, "import_ray", lambda: fake)
    settings = ["--shards", 3, "--size", 8, "--epochs", 2, "--quiet"]
    there, checkpoint = ["-o", tmp_path / "there.w2v"], tmp_path / "run.ckpt"
    told = fails("train", text, *there, "--ray", "--checkpoint", checkpoint, "--every", 0, *settings)
    assert "this node is on fire" in told
    run("train", text, "-o", tmp_path / "here.w2v", *settings)
    run("train", "--continue", checkpoint)
    assert len(fake.started) == 4
    assert not checkpoint.exists()
    here, there = (Word2Vec.load(tmp_path / f"{name}.w2v") for name in ("here", "there"))
    assert np.array_equal(here.wv.vectors, there.wv.vectors)
