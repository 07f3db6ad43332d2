"""Pictures: what they show, that their words can be read, and the files that the command line writes."""

import subprocess
import sys
from io import BytesIO
from itertools import combinations

import numpy as np
import pytest
from console import fails, run

from w2v import KeyedVectors, Word2Vec
from w2v.plot import analogies, losses, movement, similarity, word_map, zipf
from w2v.plot.charts import _similar_together, _wilson
from w2v.plot.maps import moved

pytest.importorskip("matplotlib", reason="matplotlib is not installed")

SENTENCES = [["the", "king", "met", "the", "queen"], ["a", "man", "saw", "a", "woman"]] * 30
SECTION = {"section": "royals", "correct": [("A", "B", "C", "D")] * 3, "incorrect": [("A", "B", "C", "E")]}


def made(words=60, size=8, seed=1, keys=None):
    """Random vectors with counts."""
    keys = keys or [f"word{number}" for number in range(words)]
    rows = np.random.default_rng(seed).normal(size=(len(keys), size)).astype(np.float32)
    return KeyedVectors.from_pieces(keys, rows, {"count": 1000 // np.arange(1, len(keys) + 1)})


@pytest.fixture(scope="module")
def model():
    return Word2Vec(SENTENCES, vector_size=8, min_count=1, epochs=3, workers=1)


def labels(figure):
    """The words beside points that can be seen, and their boxes."""
    from matplotlib.text import Annotation, Text

    found = [child for child in figure.axes[0].get_children() if isinstance(child, Annotation) and child.get_text()]
    figure.draw_without_rendering()
    return {label.get_text(): Text.get_window_extent(label) for label in found}  # an Annotation's own has its line, too


def assert_readable(figure):
    boxes = labels(figure)
    figure.draw_without_rendering()
    inside = figure.axes[0].get_window_extent().padded(1)
    for first, second in combinations(boxes, 2):
        assert not boxes[first].padded(-1).overlaps(boxes[second].padded(-1)), (first, second)
    for box in boxes.values():
        assert inside.contains(box.x0, box.y0)
        assert inside.contains(box.x1, box.y1)


# ---- maps ----


@pytest.mark.parametrize("seed", range(3))
def test_chosen_words_are_there_and_no_word_covers_another(seed):
    kv = made(200, seed=seed)
    chosen = kv.index_to_key[:12]
    figure = word_map(kv, chosen, topn=6)
    assert set(chosen) <= set(labels(figure))
    assert_readable(figure)


def test_words_at_one_place_are_all_there():
    kv = KeyedVectors.from_pieces([f"w{n}" for n in range(12)], np.ones((12, 3), dtype=np.float32), {})
    figure = word_map(kv, {"all": kv.index_to_key})
    assert set(labels(figure)) == set(kv.index_to_key)
    assert_readable(figure)


def test_map_of_the_most_frequent_words():
    figure = word_map(made(300))
    points = figure.axes[0].collections[0].get_offsets()
    assert len(points) == 100


def test_a_point_for_every_word_once():
    kv = made(40)
    figure = word_map(kv, ["word1", "word2"], topn=30)
    points = np.vstack([group.get_offsets() for group in figure.axes[0].collections])
    near = {word for key in ("word1", "word2") for word, _ in kv.most_similar(key, topn=30)} | {"word1", "word2"}
    assert len(points) == len(near)


def test_pairs_are_joined_by_lines():
    kv = made(6)
    pairs = [("word0", "word1"), ("word2", "word3")]
    figure = word_map(kv, pairs=pairs)
    assert len(figure.axes[0].lines) == 2
    assert set(labels(figure)) == {"word0", "word1", "word2", "word3"}


def test_words_are_not_read_as_formulas():
    from matplotlib.text import Text

    figure = word_map(made(keys=["$x^2$", "a_b$", "<b>&"]), ["$x^2$"], topn=2)
    assert "$x^2$" in labels(figure)
    others = [similarity(made(keys=["$x^2$", "a_b$"]), ["$x^2$", "a_b$"]), word_map(made(4), title="$1 and $2")]
    for drawn in (figure, *others):
        drawn.savefig(BytesIO(), format="svg")
        texts = [text for text in drawn.findobj(Text) if "$" in text.get_text()]
        assert texts
        assert not any(text.get_parse_math() for text in texts)


def test_into_given_axes():
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.subplots(1, 2)
    kv = made(10)
    assert word_map(kv, ["word1"], ax=axes[0]) is figure
    assert similarity(kv, kv.index_to_key, ax=axes[1]) is figure


def test_movement_finds_the_words_that_moved():
    before = made(50, size=6)
    rows = before.vectors.copy()
    rows[[7, 9]] *= -1
    rotation, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(6, 6)))
    after = KeyedVectors.from_pieces(list(before.index_to_key), (rows @ rotation).astype(np.float32), {})
    figure = movement(before, after, topn=2)
    bold = {child.get_text() for child in figure.axes[0].texts if child.get_fontweight() == "bold"}
    assert bold == {"word7", "word9"}
    assert_readable(figure)


def test_movement_needs_shared_words():
    with pytest.raises(ValueError, match="expected words that are among the first 1 of both"):
        moved(made(keys=["a", "b"]), made(keys=["b", "a"]), 3, 1)


# ---- charts ----


def test_similar_words_stand_together():
    groups = np.tile(np.arange(3), 4)
    cosines = (groups[:, None] == groups).astype(float)
    ordered = groups[_similar_together(cosines)]
    assert (np.diff(ordered) != 0).sum() == 2


def test_heat_map_has_the_cosines():
    kv = made(5)
    words = kv.index_to_key
    image = similarity(kv, words, order="given").axes[0].images[0].get_array()
    assert image[1, 3] == pytest.approx(kv.similarity("word1", "word3"), abs=1e-6)
    assert image.mask.diagonal().all()
    assert "-0.00" not in [text.get_text() for text in similarity(kv, words).axes[0].texts]


@pytest.mark.parametrize("keys, order", [(["word1"], "similar"), (["word1", "word2"], "random")])
def test_heat_map_refuses(keys, order):
    with pytest.raises(ValueError, match="expected"):
        similarity(made(), keys, order=order)


def test_zipf_has_a_point_for_each_named_word():
    kv = made()
    figure = zipf(kv, ["word3", "word30"])
    assert set(labels(figure)) == {"word3", "word30"}
    np.testing.assert_array_equal(figure.axes[0].collections[0].get_offsets()[0], [4, 250])
    assert_readable(zipf(kv))


def test_zipf_needs_counts():
    kv = KeyedVectors(2)
    kv.add_vectors(["a", "b"], np.eye(2))
    with pytest.raises(ValueError, match="attribute 'count', got none"):
        zipf(kv)


def test_losses_and_rates(model):
    figure = model.plot.losses()
    top, bottom = figure.axes
    np.testing.assert_array_equal(top.lines[0].get_ydata(), model.losses)
    np.testing.assert_allclose(bottom.lines[0].get_ydata(), [model.alpha, model.min_alpha])


def test_rates_of_several_trainings_are_not_guessed():
    model = Word2Vec(SENTENCES, vector_size=8, min_count=1, epochs=2, workers=1)
    model.train(SENTENCES, epochs=2)
    assert len(losses(model).axes) == 1
    assert len(losses(model).axes[0].lines[0].get_ydata()) == 4


def test_losses_refuse(model):
    with pytest.raises(ValueError, match="model 1: expected a trained model"):
        losses(Word2Vec())
    with pytest.raises(ValueError, match="names: expected 2"):
        losses([model, model], names=["one"])


def test_analogies_of_two_models():
    figure = analogies({"a": [SECTION], "b": [SECTION, {**SECTION, "section": "new"}]})
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["royals  (4)", "new  (4)"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b"]
    with pytest.raises(ValueError, match="sections with answers"):
        analogies([{"section": "empty", "correct": [], "incorrect": []}])


def test_confidence_interval():
    assert _wilson(50, 100) == pytest.approx((0.40383, 0.59617), abs=1e-5)
    assert _wilson(0, 10)[0] == 0.0
    assert _wilson(10, 10) == pytest.approx((0.72246, 1.0), abs=1e-5)


# ---- figures and files ----


def test_figures_are_apart_from_pyplot_and_show_in_notebooks():
    code = (
        "import sys, numpy as np; from w2v import KeyedVectors; kv = KeyedVectors(2);"
        "kv.add_vectors(['a', 'b', 'c'], [[1, 0], [0, 1], [1, 1]]); figure = kv.plot(['a'], topn=2);"
        "print(figure._repr_png_()[1:4], 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout == "b'PNG' False\n", done.stderr


def test_without_matplotlib(monkeypatch):
    from w2v.plot import figure

    figure._picture_class.cache_clear()
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r'pip install "w2v\[plot\]"'):
        made().plot(["word1"])
    figure._picture_class.cache_clear()


@pytest.fixture(scope="module")
def files(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plot")
    model.save(folder / "model.w2v")
    other = Word2Vec(SENTENCES, vector_size=8, min_count=1, seed=2, workers=1)
    other.save(folder / "other.w2v")
    (folder / "questions.txt").write_text(": royals\nking queen man woman\n", encoding="utf-8")
    return folder


COMMANDS = {
    "map": ["model.w2v", "king", "queen", "--topn", "3", "--pair", "man", "woman"],
    "similarity": ["model.w2v", "king", "queen", "man"],
    "zipf": ["model.w2v"],
    "losses": ["model.w2v", "other.w2v"],
    "analogies": ["model.w2v", "other.w2v", "questions.txt"],
    "movement": ["model.w2v", "other.w2v", "--topn", "2"],
}


@pytest.mark.parametrize("kind", COMMANDS)
@pytest.mark.parametrize("extension", ["svg", "png"])
def test_command(kind, extension, files, tmp_path, monkeypatch):
    monkeypatch.chdir(files)
    written = []
    for name in ("one", "two"):
        output = tmp_path / f"{name}.{extension}"
        done = run("plot", kind, *COMMANDS[kind], "-o", output, "--title", "a $title")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        written.append(output.read_bytes())
    assert written[0].startswith(b"\x89PNG" if extension == "png" else b"<?xml")
    assert written[0] == written[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"one.{extension}", f"two.{extension}"]


def test_command_refuses(files, tmp_path):
    assert "expected a name that ends in .svg, .png, .pdf" in fails("plot", "zipf", files / "model.w2v", "-o", "x.gif")
    assert "'kink' is not among" in fails("plot", "map", files / "model.w2v", "kink", "-o", tmp_path / "x.svg")
    assert "no-such" in fails("plot", "zipf", "no-such", "-o", tmp_path / "x.svg")
    assert list(tmp_path.iterdir()) == []
