"""The tuner: what is tried, who goes on, and that an interruption loses nothing."""

import gzip
import json
import math
import shlex

import numpy as np
import pytest

from w2v import FormatError
from w2v.tuning import RANGES, Range, candidates, tune
from w2v.tuning.parts import write_part
from w2v.tuning.result import Trial, Tuning, sorted_trials

SMALL = {"vector_size": 4, "min_count": 1, "epochs": 1, "window": 9}
WINDOWS = {"window": Range(1, 9, whole=True)}


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.txt"
    path.write_text("".join(f"a b c d {'e' if line % 2 else 'f'}\n" for line in range(300)))
    return path


class Metric:
    """Highest for a window of 5, whatever was learnt; counts its calls, and can interrupt."""

    def __init__(self, interrupt_at=None):
        self.calls, self._interrupt_at = [], interrupt_at

    def __call__(self, model):
        if len(self.calls) == self._interrupt_at:
            raise KeyboardInterrupt
        self.calls.append((model.window, model.corpus_total_words, model.seed))
        return -abs(model.window - 5)


def search(corpus, metric, **options):
    return tune(corpus, metric, **{"ranges": WINDOWS, "settings": SMALL, "trials": 9, "confirm": 2, **options})


@pytest.mark.parametrize(
    ("one", "place", "value"),
    [
        (Range(2, 4), 0.25, 2.5),
        (Range(1e-5, 1e-1, log=True), 0.5, 1e-3),
        (Range(2, 32, whole=True, log=True), 0.5, 8),
        (Range(1, 2), 1 / 3, 1.33),
        (Range(0.12345, 0.12345), 0.5, 0.12345),  # rounding does not leave the range
        (Range(3, 3, whole=True), 0.9, 3),
    ],
)
def test_values_of_a_range(one, place, value):
    assert one.at(place) == value
    assert isinstance(one.at(place), int) == one.whole


@pytest.mark.parametrize("arguments", [(2, 1), (math.nan, 1), (0, math.inf)])
def test_wrong_ranges(arguments):
    with pytest.raises(ValueError, match="range: expected two finite numbers"):
        Range(*arguments)
    with pytest.raises(ValueError, match="range: expected a number above 0"):
        Range(0, 1, log=True)


def test_candidates_are_a_latin_hypercube():
    points = candidates({"one": Range(0, 1), "two": Range(0, 10)}, 10, seed=4)
    for name, width in (("one", 10), ("two", 1)):
        assert sorted(math.floor(point[name] * width) for point in points) == list(range(10))
    assert points == candidates({"one": Range(0, 1), "two": Range(0, 10)}, 10, seed=4)
    assert points != candidates({"one": Range(0, 1), "two": Range(0, 10)}, 10, seed=5)


def test_documented_ranges_are_sets_of_settings():
    for ranges in RANGES.values():
        assert {"window", "negative", "ns_exponent", "sample", "alpha", "epochs"} == set(ranges)


def test_one_in_three_goes_on(corpus):
    metric = Metric()
    found = search(corpus, metric)
    by_words = {words: [window for window, total, _ in metric.calls if total == words] for _, words, _ in metric.calls}
    ninth, third, everything = sorted(by_words)
    assert (everything, len(by_words[ninth]), len(by_words[third])) == (1500, 9, 3)
    assert 80 < ninth < 260 < third < 740
    assert sorted(by_words[third]) == sorted(sorted(by_words[ninth], key=lambda window: abs(window - 5))[:3])
    # On all of the text: the best one, then new seeds for it and for the settings to start from.
    best = found.best["window"]
    assert by_words[everything] == [best, best, best, 9, 9]
    assert [seed for _, words, seed in metric.calls if words == everything] == [1, 2, 3, 2, 3]
    assert found.complete
    assert found.confirmed == {found.trials[0].number: [-abs(best - 5)] * 2, 0: [-4.0, -4.0]}
    assert abs(best - 5) == min(abs(window - 5) for window in by_words[ninth])


def test_trial_zero_has_the_settings_to_start_from(corpus):
    found = search(corpus, Metric(), trials=1, rungs=1, confirm=0)
    assert (found.trials[0].number, found.best) == (0, {**SMALL})


def test_interrupted_search_goes_on_where_it_stopped(corpus, tmp_path):
    whole = search(corpus, Metric())
    journal = tmp_path / "journal.jsonl"
    first, second = Metric(interrupt_at=7), Metric()
    cut = search(corpus, first, journal=journal)
    assert not cut.complete
    assert "interrupted" in str(cut)
    assert cut.best["window"] == min((call[0] for call in first.calls), key=lambda window: abs(window - 5))
    rest = search(corpus, second, journal=journal)
    assert rest.complete
    assert len(first.calls) == 7
    assert len(second.calls) == 9 + 3 + 1 + 4 - 7
    assert [(trial.number, trial.scores) for trial in rest.trials] == [
        (trial.number, trial.scores) for trial in whole.trials
    ]


def test_interrupted_before_anything_was_found(corpus):
    with pytest.raises(KeyboardInterrupt):
        search(corpus, Metric(interrupt_at=0))


def test_journal_that_was_cut_short_or_is_of_another_search(corpus, tmp_path):
    journal = tmp_path / "journal.jsonl"
    search(corpus, Metric(), journal=journal)
    text = journal.read_text()
    journal.write_text(text[:-10])  # as when the machine went off
    again = Metric()
    search(corpus, again, journal=journal)
    assert len(again.calls) == 1
    assert [json.loads(line).keys() for line in journal.read_text().splitlines()] == [
        json.loads(line).keys() for line in text.splitlines()
    ]
    with pytest.raises(FormatError, match="belongs to another search: expected seed 2, got 1"):
        search(corpus, Metric(), journal=journal, seed=2)
    journal.write_text("not JSON\n")
    with pytest.raises(FormatError, match="line 1: expected an entry of a journal, got 'not JSON'"):
        search(corpus, Metric(), journal=journal)
    journal.write_text("no line")
    with pytest.raises(FormatError, match="expected a journal, got 'no line'"):
        search(corpus, Metric(), journal=journal)


def test_trials_that_fail_come_last(corpus):
    def metric(model):
        if model.window > 3:
            raise ValueError("diverged")
        return math.nan if model.window == 3 else model.window

    found = search(corpus, metric, confirm=0)
    assert found.best["window"] == 2
    assert {trial.error for trial in found.trials if trial.settings["window"] > 3} == {"diverged"}
    assert "diverged" in str(found)
    assert json.dumps(found.as_dict(), allow_nan=False)
    with pytest.raises(ValueError, match=r"no trial could be trained; the first: .*vocabulary"):
        search(corpus, Metric(), settings={**SMALL, "min_count": 10_000})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"trials": 0}, "trials: expected 1 or more, got 0"),
        ({"reduction": 1}, "reduction: expected 2 or more"),
        ({"ranges": "words"}, "ranges: expected one of text, items"),
        ({"ranges": {}}, "ranges: expected at least one"),
        ({"ranges": {"widow": Range(1, 2)}}, "ranges: expected settings of Word2Vec, got 'widow'"),
        ({"ranges": {"window": Range(0, 5, whole=True)}}, "window: expected a whole number of at least 1"),
        ({"settings": {"seed": 1}}, "seed: expected among the arguments of tune"),
        ({"metric": "men"}, "expected sets, in which to look for it, got none"),
    ],
)
def test_what_makes_no_sense_is_refused_before_training(corpus, arguments, message):
    metric = Metric()
    with pytest.raises(ValueError, match=message):
        search(corpus, **{"metric": metric, **arguments})
    assert metric.calls == []
    with pytest.raises(TypeError, match="unexpected argument 'topm'"):
        search(corpus, metric, topm=1)


def test_metric_by_name(corpus, tmp_path):
    sets = tmp_path / "pairs.tsv"
    sets.write_text("a\tb\t3\na\tc\t2\na\te\t1\nb\td\t2\n")
    found = search(corpus, "pairs, pairs.pearson", sets=sets, trials=3, rungs=1, confirm=1)
    assert (found.metric, -1 <= found.trials[0].scores[1] <= 1) == ("pairs, pairs.pearson", True)
    with pytest.raises(ValueError, match=r"metric: expected one of pairs\.spearman, pairs\.pearson, got 'men'"):
        search(corpus, "men", sets=sets)


def test_agreement_of_parts_by_hand():
    scores = [{9: 0.1, 3: 0.2}, {9: 0.2, 3: 0.4}, {9: 0.3, 3: 0.3}, {9: 0.0}]
    trials = {number: Trial(number, {}, scores=one) for number, one in enumerate(scores)}
    found = Tuning("score", sorted_trials(trials))
    assert found.agreement == {(9, 3): pytest.approx(0.5)}  # ranks 1 2 3 beside 1 3 2
    assert [trial.number for trial in found.trials] == [1, 2, 0, 3]


def test_command_line():
    fixed = {"sg": 1, "hs": 0, "max_final_vocab": None}
    found = Tuning("score", [Trial(3, {"window": 7, "sample": 1e-5})], fixed=fixed)
    words = shlex.split(found.command("my text.txt"))
    assert words[:5] == ["w2v", "train", "my text.txt", "-o", "vectors.w2v"]
    assert words[5:] == shlex.split("--sg --alpha 0.025 --sample 1e-05 --epochs 5 --no-hs --window 7 --seed 1")


def test_parts_are_nested_and_of_their_size(tmp_path):
    lines = [f"line {number}\n" for number in range(9000)]
    (tmp_path / "all").write_text("".join(lines))
    for step in (3, 9):
        write_part(tmp_path / "all", tmp_path / str(step), step)
    third, ninth = ((tmp_path / step).read_text().splitlines() for step in ("3", "9"))
    assert len(third) == pytest.approx(3000, rel=0.1)
    assert len(ninth) == pytest.approx(1000, rel=0.1)
    assert set(ninth) < set(third)


def test_parts_of_several_files_are_those_of_one(tmp_path):
    lines = [f"line {number}\n" for number in range(3000)]
    (tmp_path / "all").write_text("".join(lines))
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "a").write_text("".join(lines[:1000]))
    (tmp_path / "parts" / "b.gz").write_bytes(gzip.compress("".join(lines[1000:]).encode()))
    for corpus, path in (("all", "third"), ("parts", "same")):
        write_part(tmp_path / corpus, tmp_path / path, 3)
    assert (tmp_path / "same").read_text() == (tmp_path / "third").read_text()


def test_search_on_a_folder_or_several_files(corpus, tmp_path):
    lines = corpus.read_bytes().splitlines(keepends=True)
    (tmp_path / "parts").mkdir()
    files = [tmp_path / "parts" / name for name in ("a.gz", "b.txt")]
    files[0].write_bytes(gzip.compress(b"".join(lines[:100])))
    files[1].write_bytes(b"".join(lines[100:]))
    expected = search(corpus, Metric(), trials=4)
    for several in (tmp_path / "parts", files):
        assert [trial.scores for trial in search(several, Metric(), trials=4).trials] == [
            trial.scores for trial in expected.trials
        ]
    with pytest.raises(ValueError, match="corpus_file: expected files, which are read again and again, got -"):
        search("-", Metric())


def test_parts_of_a_single_line(tmp_path):
    words = [f"word{number}" for number in np.random.default_rng(0).integers(0, 10**6, 200_000)]
    (tmp_path / "all").write_text(" ".join(words))
    write_part(tmp_path / "all", tmp_path / "half", 2)
    write_part(tmp_path / "all", tmp_path / "whole", 1)
    assert (tmp_path / "whole").read_text().split() == words
    assert 0.2 < len((tmp_path / "half").read_text().split()) / len(words) < 0.8
