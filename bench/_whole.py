"""Seconds from starting a program to its saved vectors, imports included."""

from functools import partial

from _common import SETTINGS
from _compare import add_rate, compare, fastest, ratio
from _programs import wall_time, whole_jobs

# name in the table, programs of which the fastest counts
RIVALS = [
    ("gensim's best", ("gensim corpus_file", "gensim LineSentence")),
    ("word2vec.c with its makefile's flags", ("word2vec.c, flags of its makefile",)),
    ("word2vec.c -Ofast", ("word2vec.c, -Ofast",)),
    ("fastText", ("fastText",)),
]


def whole_job(setup):
    output = setup.folder / "vectors.bin"
    jobs = whole_jobs(setup.corpus, output, {**SETTINGS, "sg": 1}, setup.peers)
    rows = compare({name: partial(wall_time, command) for name, command in jobs.items()}, setup.repetitions)
    add_rate(rows, len(setup.corpus.read_bytes().split()) / 1e6)
    ratios = []
    for ours in ("w2v command line", "w2v script"):
        for rival, names in RIVALS:
            ratios += ratio(f"{ours} against {rival}", fastest(rows, names), fastest(rows, [ours]))
    title = "skip-gram, whole job, 1 thread"
    return {"title": title, "unit": "seconds", "rate_unit": "M words/s", "rows": rows, "ratios": ratios}
