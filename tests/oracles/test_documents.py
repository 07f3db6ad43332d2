"""Documents: training with rows of tags against the definition and between kernel sets; inference likewise."""

import numpy as np
import pytest
from toy import Toy, aligned, check_training, random_rows, stacked

from w2v import _core
from w2v.reference import documents as reference
from w2v.reference import replay

SETS = _core.kernel_sets()
TAGS = 9  # rows of tags
COMMON = {"lengths": (1, 2, 0, 3, 40, 25), "words": 50, "size": 17, "alpha": 0.02}
CASES = [
    *({"size": size} for size in (1, 16, 63, 64, 65, 100, 128, 129, 300)),
    *({"negative": negative} for negative in (1, 6, 12)),
    *({"hs": True, "negative": negative} for negative in (0, 3)),
    {"cbow_mean": False},
    {"cbow_corrected": True},
    {"shrink_windows": False},
    *({"side": side} for side in (-1, 1)),
    *({"window": window} for window in (1, 30)),
    {"words": 1, "alpha": 0.005},
    *({"block": block} for block in (1, 4)),
    {"tile_inputs": 1},
    {"tile_inputs": 2},
]
WAYS = {"bag": (True, True), "bag and words": (True, False), "memory": (False, False)}
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(f"{k}={v}" for k, v in case.items()))
each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


class TagsToy(Toy):
    """Documents that have up to four of nine tags, whose rows come after those of the words."""

    @classmethod
    def made(cls, way, case):
        settings = {**COMMON, **case}
        lengths, words, size = (settings.pop(name) for name in ("lengths", "words", "size"))
        if way[0]:
            settings.pop("cbow_corrected", None)
        toy = cls.random(lengths, words, size, sg=way[0], **settings)
        rng = np.random.default_rng(3)
        toy.tags = [words + rng.permutation(TAGS)[: rng.integers(0, 5)] for _ in lengths]
        toy.inp, toy.locks = random_rows(words + TAGS, size, 1.0, 9), None
        toy.settings["tags_only"] = way[1]
        return toy

    def job(self, kernels, **extra):
        starts = np.cumsum([0, *map(len, self.tags)], dtype=np.int64)
        if self.locks is not None:
            extra["locks"] = self.locks
        return super().job(kernels, tags=(np.concatenate(self.tags).astype(np.int32), starts), **extra)

    def replay(self):
        settings = {**self.settings, "cbow_corrected": self.cbow_corrected}
        del settings["kernel"]
        inp, outputs = (self.inp.astype(float), {name: rows.astype(float) for name, rows in self.outputs.items()})
        paths = [self.tree.path(word) for word in range(len(self.noise))] if "nodes" in outputs else None
        given = replay.Outputs(paths=paths, **outputs)
        corpus = (self.ids, self.offsets, self.keep, self.noise)
        loss, pairs = replay.train(inp, given, *corpus, replay.Settings(**settings), tags=self.tags)
        return inp, stacked(outputs), loss, pairs


@each_case
@each_way
def test_training_agrees_with_the_definition(case, way):
    toy = TagsToy.made(way, case)
    check_training(toy, toy.replay())


@each_case
@each_way
def test_every_kernel_set_trains_the_same_bits(case, way):
    toy = TagsToy.made(way, case)
    results = [toy.train(kernels, epochs=2) for kernels in SETS]
    for inp, out, _ in results[1:]:
        assert np.array_equal(inp, results[0][0])
        assert np.array_equal(out, results[0][1])


@each_way
def test_tags_learn_and_a_bag_leaves_words_alone(way):
    toy = TagsToy.made(way, {})
    inp = toy.train()[0]
    changed = (inp != aligned(toy.inp)).any(axis=1)
    used = np.unique(np.concatenate([tags for tags, length in zip(toy.tags, COMMON["lengths"], strict=True) if length]))
    assert np.array_equal(np.flatnonzero(changed[50:]) + 50, used)
    assert changed[:50].any() == (not way[1])


@each_way
def test_locked_rows_stay(way):
    toy = TagsToy.made(way, {"negative": 3})
    toy.locks = np.ones(len(toy.inp), np.float32)
    toy.locks[::2] = 0
    inp = toy.train()[0]
    assert np.array_equal(inp[::2], aligned(toy.inp)[::2])
    assert (inp[51::2] != aligned(toy.inp)[51::2]).any()


@each_way
def test_several_threads_draw_the_same(way):
    toy = TagsToy.made(way, {"lengths": (20,) * 50, "block": 4})
    one, several = (toy.train(threads=threads, loss_every=1, chunk=4)[2] for threads in (1, 3))
    assert (one["words"], one["pairs"]) == (several["words"], several["pairs"])


@pytest.mark.parametrize(
    "tags, message",
    [
        (([2, 3], [0, 1]), "expected 3 starts"),
        (([2, 3], [0, 1, 1]), "expected 3 starts"),
        (([2, 9], [0, 1, 2]), "expected rows 0..3"),
        (([2, 2], [0, 2, 2]), "distinct"),
    ],
)
def test_bad_tags_are_refused(tags, message):
    toy = Toy([[0, 1], [1]], np.zeros((4, 4)), np.zeros((2, 4)), weights=[1, 1])
    with pytest.raises(ValueError, match=message):
        toy.job(SETS[0], tags=(np.array(tags[0], np.int32), np.array(tags[1], np.int64)))


INFERENCE = [
    *({"size": size} for size in (1, 16, 17, 63, 64, 65, 100, 112, 128, 129, 300)),
    *({"negative": negative} for negative in (1, 6, 12)),
    *({"hs": True, "negative": negative} for negative in (0, 3)),
    {"cbow_mean": False, "alpha": 0.01},
    {"cbow_corrected": True},
    {"shrink_windows": False},
    *({"side": side} for side in (-1, 1)),
    {"window": 1},
    {"words": 1, "alpha": 0.005},
    {"thinned": True},
]
each_document = pytest.mark.parametrize(
    "case", INFERENCE, ids=lambda case: " ".join(f"{k}={v}" for k, v in case.items())
)
each_method = pytest.mark.parametrize("sg", [True, False], ids=["bag", "memory"])
EPOCHS = 3


def documents(sg, case):
    settings = {"lengths": (0, 1, 2, 7, 8, 9, 40, 25), "words": 50, "size": 17, "alpha": 0.02, **case}
    lengths, words, size = (settings.pop(name) for name in ("lengths", "words", "size"))
    thinned = settings.pop("thinned", False)
    if sg:
        settings.pop("cbow_corrected", None)
    toy = Toy.random(lengths, words, size, sg=sg, **settings)
    toy.settings["tags_only"] = sg
    if thinned:
        toy.keep = np.random.default_rng(1).integers(0, 2**32, words, dtype=np.uint32)
    return toy


def inferred(toy, kernels):
    toy.trainer, rates = _core.InferenceJob, {name: toy.settings[name] for name in ("alpha", "min_alpha")}
    vectors = aligned(np.zeros((len(toy.offsets) - 1, toy.size)))
    made, inp, _ = toy.job(kernels)
    before = inp.copy()
    made.infer(toy.ids, toy.offsets, vectors, epochs=EPOCHS, **rates)
    assert np.array_equal(inp, before)
    return vectors


def definition(toy):
    settings = {**toy.settings, "cbow_corrected": toy.cbow_corrected}
    del settings["kernel"]
    paths = [toy.tree.path(word) for word in range(len(toy.noise))] if "nodes" in toy.outputs else None
    outputs = replay.Outputs(paths=paths, **{name: rows.astype(float) for name, rows in toy.outputs.items()})
    given = toy.inp.astype(float), outputs
    texts = np.split(toy.ids, toy.offsets[1:-1])
    how = toy.keep, toy.noise, replay.Settings(**settings), EPOCHS
    return np.array([reference.infer(np.zeros(toy.size), *given, ids, *how) for ids in texts])


@each_document
@each_method
def test_inference_agrees_with_the_definition(case, sg):
    toy = documents(sg, case)
    expected = definition(toy)
    vectors = inferred(toy, SETS[0])
    np.testing.assert_allclose(vectors[:, : toy.size], expected, rtol=0, atol=3e-5)
    assert not vectors[:, toy.size :].any()
    assert abs(expected[1:]).max() > 1e-3
    assert not vectors[0].any()  # without words it stays


@each_document
@each_method
def test_every_kernel_set_infers_the_same_bits(case, sg):
    toy = documents(sg, case)
    first, *others = (inferred(toy, kernels) for kernels in SETS)
    assert all(np.array_equal(other, first) for other in others)


@each_method
@pytest.mark.parametrize("objective", [{}, {"hs": True, "negative": 0}, {"cbow_mean": False}], ids=str)
def test_a_group_takes_its_gradient(sg, objective):
    """The mean of distributed memory moves by the whole gradient, as word2vec.c has it: for the vector, n times."""
    toy = documents(sg, objective)
    nodes, rng = "nodes" in toy.outputs, np.random.default_rng(2)
    settings = {**toy.settings, "cbow_corrected": bool(toy.settings["cbow_mean"]) and not sg}
    del settings["kernel"]
    settings = replay.Settings(**settings)
    paths = [toy.tree.path(word) for word in range(len(toy.noise))] if nodes else None
    outputs = replay.Outputs(paths=paths, **{name: rows.astype(float) for name, rows in toy.outputs.items()})
    words, noise = [3, 4, 3], [[4, 5, 6], [7, 4, 8], [3, 9, 9]]
    windows = None if sg else [[1, 2], [5, 6], [1, 9]]
    vector = rng.normal(size=toy.size)
    given = toy.inp.astype(float), outputs, words, windows, noise, settings

    def loss(at):
        return reference.group_loss(at, *given, nodes=nodes)

    width = 1e-5
    slope = np.array([loss(vector + e) - loss(vector - e) for e in width * np.eye(toy.size)]) / (2 * width)
    moved = reference.group_step(vector, *given, 0.1, nodes=nodes)
    share = 1 / 3 if not sg and not settings.cbow_mean else 1  # a sum's step is shared out among three
    np.testing.assert_allclose(moved - vector, -0.1 * share * slope, atol=1e-8)


@each_method
def test_a_document_has_the_same_vector_wherever_it_stands(sg):
    toy = documents(sg, {})
    expected = inferred(toy, SETS[0])
    texts = np.split(toy.ids, toy.offsets[1:-1])[::-1]
    toy.ids, toy.offsets = np.concatenate(texts), np.cumsum([0, *map(len, texts)], dtype=np.int64)
    assert np.array_equal(inferred(toy, SETS[0])[::-1], expected)
    toy.ids, toy.offsets = texts[1], np.array([0, len(texts[1])])
    assert np.array_equal(inferred(toy, SETS[0])[0], expected[-2])


def test_inference_of_other_documents_than_there_are_is_refused():
    toy = documents(True, {})
    toy.trainer = _core.InferenceJob
    job, rates = toy.job(SETS[0])[0], {"alpha": 0.1, "min_alpha": 0.1, "epochs": 1}
    with pytest.raises(ValueError, match="expected those of 8 documents, got 7"):
        job.infer(toy.ids, toy.offsets, aligned(np.zeros((7, toy.size))), **rates)
    with pytest.raises(ValueError, match="aligned rows"):
        job.infer(toy.ids, toy.offsets, np.zeros((8, toy.size), np.float32), **rates)
    with pytest.raises(ValueError, match=r"ids: expected 0..49, got 0..50"):
        job.infer(np.array([0, 50], np.int32), np.array([0, 2]), aligned(np.zeros((1, toy.size))), **rates)
    with pytest.raises(ValueError, match="epochs: expected at least 1"):
        job.infer(toy.ids, toy.offsets, aligned(np.zeros((8, toy.size))), **{**rates, "epochs": 0})


def test_the_definition_has_the_numbers_of_c():
    for name in ("GROUP", "BAG_NOISE", "MEMORY_NOISE", "NOISE_POOL", "NOISE_STARTS"):
        assert getattr(reference, name) == getattr(_core, name)
