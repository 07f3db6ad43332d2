"""Evaluation sets by name: where gensim has them, if it is installed, and where else to get them."""

import pathlib
import re
from importlib.util import find_spec
from typing import NamedTuple

from w2v.base.paths import Path
from w2v.inputs.files import is_stream

_SIMILARITIES = "https://github.com/mfaruqui/eval-word-vectors, folder data/word-sim, file "
_BENCHMARKS = "https://github.com/kudkudak/word-embeddings-benchmarks, whose fetchers write it"


class NamedSet(NamedTuple):
    """A known set: its file among gensim's data, if it is there, and where it can be had."""

    file: str | None
    place: str


NAMED = {
    "questions-words": NamedSet(
        "questions-words.txt", "https://github.com/tmikolov/word2vec, file questions-words.txt"
    ),
    "wordsim353": NamedSet("wordsim353.tsv", _SIMILARITIES + "EN-WS-353-ALL.txt"),
    "simlex999": NamedSet("simlex999.txt", "https://fh295.github.io/simlex.html"),
    "men": NamedSet(None, _SIMILARITIES + "EN-MEN-TR-3k.txt"),
    "rw": NamedSet(None, _SIMILARITIES + "EN-RW-STANFORD.txt"),
    "rg65": NamedSet(None, _SIMILARITIES + "EN-RG-65.txt"),
    "simverb3500": NamedSet(None, _SIMILARITIES + "EN-SimVerb-3500.txt"),
    "mturk771": NamedSet(None, _SIMILARITIES + "EN-MTurk-771.txt"),
    "mturk287": NamedSet(None, _SIMILARITIES + "EN-MTurk-287.txt"),
    "msr": NamedSet(None, _BENCHMARKS),
    "ap": NamedSet(None, _BENCHMARKS),
    "bless": NamedSet(None, _BENCHMARKS),
    "battig": NamedSet(None, _BENCHMARKS),
    "semeval2017": NamedSet(None, "https://alt.qcri.org/semeval2017/task2"),
    "888": NamedSet(None, "http://lcl.uniroma1.it/outlier-detection"),
}
_OTHER_NAMES = {
    "google": "questions-words",
    "questionswords": "questions-words",
    "ws353": "wordsim353",
    "wordsim": "wordsim353",
    "simlex": "simlex999",
    "simverb": "simverb3500",
    "rarewords": "rw",
}


def set_path(path: Path) -> pathlib.Path:
    """The file of an evaluation set: itself, if it is there, or gensim's, if this is the name of a known set.

    Parameters
    ----------
    path : path
        Of a file or folder, or a name, such as ``questions-words`` or ``WordSim-353.tsv``.

    Raises
    ------
    FileNotFoundError
        There is neither; for known sets, the message says where to get them.

    Examples
    --------
    >>> set_path("no/men.tsv")
    Traceback (most recent call last):
    FileNotFoundError: no/men.tsv: no such file; https://github.com/mfaruqui/eval-word-vectors, folder ... has it
    """
    path = pathlib.Path(path)
    if path.exists() or is_stream(str(path)):
        return path
    name = _name_of(path.name)
    if name is None:
        known = ", ".join(NAMED)
        raise FileNotFoundError(f"{path}: no such file or folder; sets that are known by name: {known}")
    file, place = NAMED[name]
    there = _of_gensim(file) if file and path.name == str(path) else None
    if there is not None:
        return there
    gensim = ', and so has gensim: pip install "w2v[gensim]"' if file and not find_spec("gensim") else ""
    raise FileNotFoundError(f"{path}: no such file; {place} has it{gensim}")


def _name_of(file: str) -> str | None:
    """The known set that a name means, however it is spelt."""
    plain = re.sub(r"[\W_]", "", re.sub(r"\.(txt|tsv|csv)(\.\w+)?$", "", file.lower())).removeprefix("en")
    return _OTHER_NAMES.get(plain, plain if plain in NAMED else None)


def _of_gensim(file: str) -> pathlib.Path | None:
    """A file among the data of gensim's tests, which gensim is not imported for."""
    spec = find_spec("gensim")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = pathlib.Path(folder, "test", "test_data", file)
        if path.exists():
            return path
    return None
