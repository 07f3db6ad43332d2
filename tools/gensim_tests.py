"""Run gensim's own tests of Word2Vec, FastText, Doc2Vec, KeyedVectors, Phrases and corpora, unmodified, against w2v.

python tools/gensim_tests.py                 downloads gensim's source package from PyPI, once
python tools/gensim_tests.py -k wmd -x       more arguments are pytest's

Needs pytest, testfixtures and pip; scipy and POT for the tests that use them. gensim itself is not needed, nor built:
its tests find w2v's classes where they look for gensim's. Where w2v differs on purpose, a test is listed below with the
reason: it must fail, so that the list stays true. All others must pass.
"""

import argparse
import bz2
import subprocess
import sys
import tarfile
import tempfile
import types
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import w2v
from w2v import callbacks, doc2vec, fasttext, keyedvectors, phrases, utils, word2vec
from w2v.phrases import transformation as phrase_transformation

RELEASE = "gensim-4.4.0"
TESTS = ("test_word2vec.py", "test_keyedvectors.py", "test_phrases.py", "test_utils.py::TestSaveAsLineSentence")
TESTS += ("test_fasttext.py", "test_doc2vec.py")

DIFFERENT = {  # must fail
    "TestWord2VecModel::test_build_vocab_warning": "no word reaches min_count: build_vocab says so, not train",
    "TestWord2VecModel::test_train_with_explicit_param": "train(corpus) works without total_examples and epochs",
    "TestWord2VecModel::test_predict_output_word": "hierarchical softmax predicts, too",
    "TestFastTextModel::test_fast_text_train_parameters": "train() without a corpus takes that of build_vocab",
    # gensim's is through: its rate does not fall within 10,000 words, and it thins by the new text's counts alone.
    # Here five of ten seeds are through after one epoch, and all after three.
    "TestFastTextModel::test_cbow_hs_online": "the grown tree turns all vectors through zero, here more slowly",
    "HashCompatibilityTest::test_compatibility_true": "n-grams as gensim 3.7 packed them are not read",
    "TestFastTextModel::test_estimate_memory": "the bytes of w2v",
    "SaveFacebookFormatModelTest::test_skipgram": "hs=1 and negative=5 together: fastText has no such model",
    "SaveFacebookFormatModelTest::test_cbow": "hs=1 and negative=5 together: fastText has no such model",
    "TestDoc2VecModel::test_build_vocab_warning": "no word reaches min_count: build_vocab says so, not train",
    "TestDoc2VecModel::test_mixed_tag_types": "no word reaches min_count: build_vocab says so",
    "TestDoc2VecModel::test_doc2vec_train_parameters": "train() without a corpus takes that of build_vocab",
    "TestDoc2VecModel::test_similarity_unseen_docs": "vectors of an untrained model stay where they begin, at zeros",
    "TestDoc2VecModel::test_dmc_hs": "dm_concat=1 is not to be had",
    "TestDoc2VecModel::test_dmc_hs_fromfile": "dm_concat=1 is not to be had",
    "TestDoc2VecModel::test_dmc_neg": "dm_concat=1 is not to be had",
    "TestDoc2VecModel::test_dmc_neg_fromfile": "dm_concat=1 is not to be had",
    "TestDoc2VecModel::test_deterministic_dmc": "dm_concat=1 is not to be had",
    "TestWord2VecSentenceIterators::test_cython_line_sentence_works_with_filename": "a private class of gensim's",
}
NOT_OURS = {  # are not run
    "FTHashFunctionsTest": "a private function of gensim's",
    "NgramsTest": "private functions of gensim's",
    "UnicodeVocabTest": "a private function of gensim's",
    "TestFromfile": "a private function of gensim's",
    "UnpackTest": "a private function of gensim's",
    "SaveFacebookFormatReadingTest": "hs=1 and negative=5 together: fastText has no such model",
    "TestDoc2VecModel::test_get_offsets_and_start_doctags": "a private function of gensim's",
    "TestDoc2VecModel::test_cython_linesentence_readline_after_getting_offsets": "a private function of gensim's",
    "TestWord2VecScripts::test_word2vec_stand_alone_script": "runs gensim's program; ours is w2v word2vec",
}


def unpacked(sdist):
    """The folder of gensim's tests, taken out of its source package, which is downloaded unless it is given."""
    cache = Path(tempfile.gettempdir(), "w2v-gensim-tests")
    folder = cache / RELEASE / "gensim" / "test"
    if not folder.exists() or sdist:
        cache.mkdir(exist_ok=True)
        if not sdist:
            sdist = cache / f"{RELEASE}.tar.gz"
            release = RELEASE.replace("-", "==")
            pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", "gensim", release]
            subprocess.run(pip, cwd=cache, check=True)
        with tarfile.open(sdist) as archive:
            inside = f"{RELEASE}/gensim/test/"
            archive.extractall(cache, [member for member in archive if member.name.startswith(inside)], filter="data")
    return folder


def module(name, *sources, **names):
    """Register a module under a name of gensim's, with what other modules have, and more."""
    made = types.ModuleType(name)
    for source in sources:
        vars(made).update(vars(source))
    vars(made).update(names, __name__=name)
    sys.modules[name] = made
    parent, _, last = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], last, made)
    return made


def open_any(path, mode="rt", **options):
    """As smart_open: compressed or not, and with an encoding always as text."""
    mode = mode.replace("b", "t") if options else mode
    return (bz2.open if str(path).endswith(".bz2") else open)(path, mode, **options)


class Dictionary:
    """What gensim's test data wants of its class, which no test here uses."""

    def __init__(self, texts):
        self.ids = {word: number for number, word in enumerate(dict.fromkeys(word for text in texts for word in text))}

    def doc2bow(self, text):
        return sorted(Counter(self.ids[word] for word in text).items())


def check_output(args, stderr=None):
    return subprocess.run(args, check=True, stdout=subprocess.PIPE, stderr=stderr).stdout


def weak_vector(size):
    return (np.random.default_rng().random(size, np.float32) - 0.5) / size


def load_in_chunks(cls, binary_chunk_size, **arguments):
    """gensim's private function, by which its tests say how many bytes to read at once."""
    return cls.load_word2vec_format(**arguments)


def pretend(folder):
    """Put w2v where gensim's tests import gensim from."""
    module("gensim", __path__=[str(folder.parent)])
    module("gensim.utils", utils, open=open_any, check_output=check_output)
    module("gensim.corpora", Dictionary=Dictionary)
    module("gensim.models", w2v)
    module("gensim.models.word2vec", word2vec)
    module("gensim.models.callbacks", callbacks)
    private = {"pseudorandom_weak_vector": weak_vector, "_load_word2vec_format": load_in_chunks}
    module("gensim.models.keyedvectors", keyedvectors, REAL=np.float32, **private)
    module("gensim.models.doc2vec", doc2vec)
    module("gensim.models.fasttext", fasttext, _unpack=None)
    module("gensim.models._fasttext_bin")
    module("gensim.models.fasttext_inner", compute_ngrams=None, compute_ngrams_bytes=None, ft_hash_bytes=None)
    module("gensim.models.phrases", phrases, _PhrasesTransformation=phrase_transformation.Transformation)


class Expectations:
    """Tells pytest which tests are to fail, and which are not to be run."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items):
        for item in items:
            name = item.nodeid.partition("::")[2]
            if name in DIFFERENT:
                item.add_marker(pytest.mark.xfail(reason=DIFFERENT[name], strict=True))
            for ours in (name, name.partition("::")[0]):
                if ours in NOT_OURS:
                    item.add_marker(pytest.mark.skip(reason=NOT_OURS[ours]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sdist", type=Path, help=f"{RELEASE}.tar.gz, if it lies here already")
    options, more = parser.parse_known_args()
    folder = unpacked(options.sdist)
    pretend(folder)
    tests = [str(folder / name) for name in TESTS]
    own = ["--rootdir", str(folder), "-c", "/dev/null", "-p", "no:cacheprovider", "-q", "-rfEsx"]
    return pytest.main([*own, *more, *tests], plugins=[Expectations()])


if __name__ == "__main__":
    sys.exit(main())
