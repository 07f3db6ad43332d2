"""Files that old gensims save themselves: each needs bench/.peers/gensim-VERSION, an environment that has it."""

import json

import numpy as np
import pytest
from peers import peer

from w2v import FormatError, KeyedVectors, Phrases, Word2Vec

PROGRAM = """
# -*- coding: utf-8 -*-
from __future__ import print_function, unicode_literals
import json, pickle, sys
import numpy as np
from gensim import __version__
from gensim.models import Phrases, Word2Vec
folder = sys.argv[1] + "/"
sentences = [["the", "na\\u00efve", "cat", "\\u65e5\\u672c"], ["the", "dog", "new", "york"], ["new", "york"]] * 30
size = "vector_size" if __version__ >= "4" else "size"
for name, options in [("sg", {"sg": 1}), ("hs", {"hs": 1, "negative": 0}), ("null", {"null_word": 1})]:
    model = Word2Vec(sentences, min_count=1, workers=1, seed=7, **dict(options, **{size: 8}))
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with open(folder + name + str(protocol), "wb") as file:
            pickle.dump(model, file, protocol)
    model.save(folder + name)
    model.save(folder + name + "-apart", sep_limit=10)
    model.save(folder + name + "-apart.gz", sep_limit=10)
models = {"sg": sentences, "bytes": [[word.encode("utf-8") if str is bytes else word for word in s] for s in sentences]}
found = {}
for name in models:
    model = Word2Vec(models[name], min_count=1, workers=1, seed=7, sg=1, **{size: 8})
    for end in ("", "-apart", "-apart.gz"):
        model.save(folder + name + end, sep_limit=10 if end else 10000000)
        vectors = getattr(model, "wv", model)
        words = vectors.index_to_key if __version__ >= "4" else vectors.index2word
        rows = vectors.vectors if hasattr(vectors, "vectors") else vectors.syn0
        words = [word if isinstance(word, type("")) else word.decode("utf-8") for word in words]
        found[name + end] = [words, rows.tolist()]
Phrases(sentences, min_count=1, threshold=0.1).save(folder + "phrases")
print(json.dumps([pickle.HIGHEST_PROTOCOL, found]))
"""


@pytest.mark.parametrize("version", ["0.12", "1.0", "2.3", "3.4", "3.8", "4.0"])
def test_what_a_gensim_of_this_age_saves(tmp_path, version):
    highest, found = json.loads(peer(f"gensim-{version}", PROGRAM, tmp_path))
    apart, words = ["", "-apart", "-apart.gz"], found["sg"][0]
    for name in [f"{kind}{end}" for kind in ("sg", "hs", "null") for end in [*range(highest + 1), *apart]]:
        model = Word2Vec.load(tmp_path / name)
        assert set(model.wv.index_to_key) == {*words, "\0"} if "null" in name else set(words), name
        assert model.wv.get_vecattr("new", "count") == 60
        assert (model.hs, model.negative) == ((1, 0) if "hs" in name else (0, 5))
        model.train([["the", "cat"]], total_examples=1, epochs=1)
    for name, (words, rows) in found.items():
        kv = KeyedVectors.load(tmp_path / name)
        assert kv.index_to_key == words
        np.testing.assert_array_equal(kv.vectors, np.array(rows, np.float32))
    assert Phrases.load(tmp_path / "phrases")[["new", "york", "cat"]] == ["new_york", "cat"]
    with pytest.raises(FormatError, match=r"Phrases\.load.* reads"):
        KeyedVectors.load(tmp_path / "phrases")
