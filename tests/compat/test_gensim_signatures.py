"""Parameters of gensim 4.4 under their names, in their order, with their defaults: calls by position or name fit."""

import inspect

import pytest

from w2v import FrozenPhrases, KeyedVectors, Phrases, Word2Vec, utils, word2vec
from w2v.phrases.phrases import npmi_scorer, original_scorer

CORPUS = "corpus_iterable=None, corpus_file=None"
NEAREST = "topn=10, restrict_vocab=None"
PAIR = "worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count"
CHOICE = "restrict_vocab=300000, case_insensitive=True, dummy4unknown=False"
FORMAT = "encoding='utf8', unicode_errors='strict'"
SENTENCES = "max_sentence_length=10000"

SIGNATURES = {
    Word2Vec: {  # the constructor, build_vocab and train are in test_settings.py
        "build_vocab_from_freq": "word_freq, keep_raw_vocab=False, corpus_count=None, trim_rule=None, update=False",
        "scan_vocab": f"{CORPUS}, progress_per=10000, workers=None, trim_rule=None",
        "prepare_vocab": "update=False, keep_raw_vocab=False, trim_rule=None, min_count=None, sample=None, "
        "dry_run=False",
        "score": "sentences, total_sentences=1000000, chunksize=100, queue_factor=2, report_delay=1",
        "predict_output_word": "context_words_list, topn=10",
        "reset_from": "other_model",
        "init_weights": "",
        "update_weights": "",
        "prepare_weights": "update=False",
        "make_cum_table": "domain=2147483647",
        "create_binary_tree": "",
        "add_null_word": "",
        "estimate_memory": "vocab_size=None, report=None",
        "get_latest_training_loss": "",
        "init_sims": "replace=False",
        "save": "fname_or_handle, separately=None, sep_limit=0, ignore=frozenset(), pickle_protocol=4",
        "load": "fname, mmap=None, rethrow=False",
        "add_lifecycle_event": "event_name, log_level=20",
    },
    KeyedVectors: {
        "__init__": "vector_size, count=0, dtype=float32, mapfile_path=None",
        "has_index_for": "key",
        "get_vector": "key, norm=False",
        "get_index": "key, default=None",
        "get_mean_vector": "keys, weights=None, pre_normalize=True, post_normalize=False, ignore_missing=True",
        "add_vector": "key, vector",
        "add_vectors": "keys, weights, extras=None, replace=False",
        "set_vecattr": "key, attr, val",
        "get_vecattr": "key, attr",
        "allocate_vecattrs": "attrs=None, types=None",
        "most_similar": "positive=None, negative=None, topn=10, clip_start=0, clip_end=None, restrict_vocab=None, "
        "indexer=None",
        "similar_by_word": f"word, {NEAREST}",
        "similar_by_key": f"key, {NEAREST}",
        "similar_by_vector": f"vector, {NEAREST}",
        "most_similar_cosmul": f"positive=None, negative=None, {NEAREST}",
        "similarity": "w1, w2",
        "distance": "w1, w2",
        "distances": "word_or_vector, other_words=()",
        "cosine_similarities": "vector_1, vectors_all",
        "n_similarity": "ws1, ws2",
        "doesnt_match": "words",
        "rank_by_centrality": "words, use_norm=True",
        "most_similar_to_given": "key1, keys_list",
        "closer_than": "key1, key2",
        "words_closer_than": "word1, word2",
        "rank": "key1, key2",
        "relative_cosine_similarity": "wa, wb, topn=10",
        "wmdistance": "document1, document2, norm=True",
        "get_normed_vectors": "",
        "fill_norms": "force=False",
        "unit_normalize_all": "",
        "init_sims": "replace=False",
        "sort_by_descending_frequency": "",
        "resize_vectors": "seed=0",
        "vectors_for_all": "keys, allow_inference=True, copy_vecattrs=False",
        "evaluate_word_analogies": f"analogies, {CHOICE}, similarity_function='most_similar'",
        "evaluate_word_pairs": f"pairs, delimiter='\\t', encoding='utf8', {CHOICE}",
        "log_accuracy": "section",
        "log_evaluate_word_pairs": "pearson, spearman, oov, pairs",
        "load": "fname, mmap=None",
        "save_word2vec_format": "fname, fvocab=None, binary=False, total_vec=None, write_header=True, prefix='', "
        "append=False, sort_attr='count'",
        "load_word2vec_format": f"fname, fvocab=None, binary=False, {FORMAT}, limit=None, datatype=float32, "
        "no_header=False",
        "intersect_word2vec_format": f"fname, lockf=0.0, binary=False, {FORMAT}",
    },
    word2vec.LineSentence: {"__init__": f"source, {SENTENCES}, limit=None"},
    word2vec.PathLineSentences: {"__init__": f"source, {SENTENCES}, limit=None"},
    word2vec.Text8Corpus: {"__init__": f"fname, {SENTENCES}"},
    word2vec.BrownCorpus: {"__init__": "dirname"},
    Phrases: {  # the constructor is in test_gensim_api.py
        "__getitem__": "sentence",
        "find_phrases": "sentences",
        "export_phrases": "sentences=None",  # gensim 3 has it
        "analyze_sentence": "sentence",
        "score_candidate": "word_a, word_b, in_between",
        "freeze": "",
    },
    FrozenPhrases: {
        "__init__": "phrases_model",
        "find_phrases": "sentences",
        "analyze_sentence": "sentence",
        "score_candidate": "word_a, word_b, in_between",
    },
    utils.RepeatCorpus: {"__init__": "corpus, reps"},
    utils.ClippedCorpus: {"__init__": "corpus, max_docs=None"},
}
FUNCTIONS = {
    utils.save_as_line_sentence: "corpus, filename",
    utils.simple_preprocess: "doc, deacc=False, min_len=2, max_len=15",
    original_scorer: PAIR,
    npmi_scorer: PAIR,
}
ALL = {getattr(owner, name): text for owner, methods in SIGNATURES.items() for name, text in methods.items()}


def written(parameter):
    default = parameter.default
    if default is parameter.empty:
        return parameter.name
    return f"{parameter.name}={getattr(default, '__name__', repr(default))}"


@pytest.mark.parametrize("function, expected", (ALL | FUNCTIONS).items())
def test_signatures(function, expected):
    parameters = inspect.signature(function).parameters.values()
    own = [one for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD and one.name != "self"]
    assert ", ".join(map(written, own)) == expected
