"""Scores of hand-made vectors, whose answers can be worked out on paper."""

import math

import numpy as np
import pytest

from w2v.evaluate import word_analogies, word_pairs
from w2v.evaluate.statistics import pvalue

WORDS = ["man", "king", "Man", "woman", "queen", "car"]
VECTORS = np.array([[1, 0, 0], [1, 0, 1], [1, 0, 0.01], [0, 1, 0], [0, 1, 1], [-1, -1, 0]], dtype=np.float32)


def write(folder, text):
    path = folder / "set.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_analogy_is_answered(tmp_path):
    questions = write(tmp_path, ": royals\nman king woman queen\nking man queen car\n")
    score, sections = word_analogies(WORDS, VECTORS, questions)
    assert score == 0.5
    right, wrong = [("MAN", "KING", "WOMAN", "QUEEN")], [("KING", "MAN", "QUEEN", "CAR")]
    assert sections == [
        {"section": "royals", "correct": right, "incorrect": wrong},
        {"section": "Total accuracy", "correct": right, "incorrect": wrong},
    ]


def test_words_of_the_question_are_no_answer(tmp_path):
    # a and b cancel, so c itself would be nearest, then its variant in capitals; "car" is what remains.
    vectors = np.array([[0, 1], [0, 1], [1, 0], [1, 0], [0.5, 0.5]])
    questions = write(tmp_path, ": one\na b c car\n")
    score, _ = word_analogies(["a", "b", "c", "C", "car"], vectors, questions)
    assert score == 1.0


def test_only_variants_of_the_question_left(tmp_path):
    questions = write(tmp_path, ": one\na b a b\na b b a\n")
    assert word_analogies(["a", "b", "A", "B"], np.eye(4), questions)[0] == 0.0


def test_first_of_equal_answers(tmp_path, monkeypatch):
    monkeypatch.setattr("w2v.evaluate.analogies._COSINES", 1)  # cosines are compared 64 words at a time
    words = [f"w{number}" for number in range(200)]
    questions = write(tmp_path, ": one\nw0 w1 w2 w3\nw0 w1 w70 w2\n")
    assert word_analogies(words, np.ones((200, 2)), questions)[0] == 1.0


def test_case_of_words(tmp_path):
    questions = write(tmp_path, ": royals\nMAN King woman queen\n")
    assert word_analogies(WORDS, VECTORS, questions)[0] == 1.0
    score, sections = word_analogies(WORDS, VECTORS, questions, case_insensitive=False)
    assert (score, sections[-1]["incorrect"]) == (0.0, [])
    exact = write(tmp_path, ": royals\nMan king woman queen\n")
    _, sections = word_analogies(WORDS, VECTORS, exact, case_insensitive=False)
    assert sections[0]["correct"] == [("Man", "king", "woman", "queen")]


def test_unknown_words_are_left_out_or_wrong(tmp_path):
    questions = write(tmp_path, ": royals\nman king woman queen\nman king woman duchess\ntoo few words\n")
    assert word_analogies(WORDS, VECTORS, questions)[0] == 1.0
    assert word_analogies(WORDS, VECTORS, questions, dummy4unknown=True)[0] == 0.5
    assert word_analogies(WORDS, VECTORS, questions, restrict_vocab=4)[1][-1]["correct"] == []


def test_more_questions_than_a_block(tmp_path):
    questions = write(tmp_path, ": many\n" + "man king woman queen\nking man queen car\n" * 500)
    score, sections = word_analogies(WORDS, VECTORS, questions)
    assert score == 0.5
    assert len(sections[0]["correct"]) == 500


def test_blocks_agree_with_one_question_at_a_time(tmp_path):
    generator = np.random.default_rng(1)
    words = [f"w{i}" for i in range(50)]
    vectors = generator.normal(size=(50, 8))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    lines, expected = [], []
    for a, b, c, d in (generator.choice(50, 4, replace=False) for _ in range(600)):
        scores = unit @ (unit[b] - unit[a] + unit[c])
        scores[[a, b, c]] = -np.inf
        lines.append(f"w{a} w{b} w{c} w{d if len(lines) % 2 else scores.argmax()}")
        expected.append(lines[-1].split()[3] == f"w{scores.argmax()}")
    score, _ = word_analogies(words, vectors, write(tmp_path, ": random\n" + "\n".join(lines)))
    assert score == sum(expected) / 600


def test_questions_before_a_section(tmp_path):
    with pytest.raises(ValueError, match="line 1: expected a section"):
        word_analogies(WORDS, VECTORS, write(tmp_path, "man king woman queen\n"))


def test_no_questions(tmp_path):
    score, sections = word_analogies(WORDS, VECTORS, write(tmp_path, ""))
    assert score == 0.0
    assert sections == [{"section": "Total accuracy", "correct": [], "incorrect": []}]


def test_pairs_with_ties(tmp_path):
    # cosines with "a": 1, 0.6, 0.6, 0, so ranks 4, 2.5, 2.5, 1; judgements 9, 8, 2, 2, so ranks 4, 3, 1.5, 1.5.
    # Deviations from 2.5: (1.5, 0, 0, -1.5) and (1.5, 0.5, -1, -1): 3.75 / sqrt(4.5 * 4.5).
    words = ["a", "b", "c", "d", "e"]
    vectors = np.array([[1, 0], [2, 0], [3, 4], [0.6, -0.8], [0, 5]])
    pairs = write(tmp_path, "# a comment\nA\tb\t9\na\tc\t8\na\td\t2\nnot parsed\na\te\t2\na\tb\tmany\n")
    pearson, spearman, oov_ratio = word_pairs(words, vectors, pairs)
    assert spearman.statistic == pytest.approx(3.75 / 4.5)
    assert pearson.statistic == pytest.approx(np.corrcoef([1, 0.6, 0.6, 0], [9, 8, 2, 2])[0, 1])
    # With two degrees of freedom the p-value is 1 - |r|.
    assert spearman.pvalue == pytest.approx(1 - 3.75 / 4.5, rel=1e-5)
    assert oov_ratio == 0.0


def test_unknown_pairs(tmp_path):
    pairs = write(tmp_path, "man\tking\t5\nman\tcar\t1\nking\twoman\t2\nman\tduchess\t3\n")
    _, left_out, oov_ratio = word_pairs(WORDS, VECTORS, pairs)
    assert oov_ratio == 25.0
    assert left_out.statistic == pytest.approx(1.0)
    # The unknown pair counts as similarity 0, like king and woman: judgements ranked 4, 1, 2, 3 against 4, 1, 2.5, 2.5.
    _, counted, oov_ratio = word_pairs(WORDS, VECTORS, pairs, dummy4unknown=True)
    assert oov_ratio == 25.0
    assert counted.statistic == pytest.approx(4.5 / math.sqrt(5 * 4.5))


def test_no_known_pair(tmp_path):
    with pytest.raises(ValueError, match="got 1 pairs, 1 of them unknown"):
        word_pairs(WORDS, VECTORS, write(tmp_path, "duke\tduchess\t3\n"))


def test_pvalue_of_a_clear_correlation():
    # 100 pairs with correlation 0.5: the t distribution gives 1.18049e-07.
    assert pvalue(0.5, 100) == pytest.approx(1.18049e-07, rel=1e-4)
    assert pvalue(0.0, 100) == pytest.approx(1.0, rel=1e-4)
    assert pvalue(1.0, 100) == 0.0


def test_correlation_of_equal_values_is_undefined(tmp_path):
    _, spearman, _ = word_pairs(WORDS, VECTORS, write(tmp_path, "man\tking\t5\nwoman\tcar\t5\n"))
    assert math.isnan(spearman.statistic)
