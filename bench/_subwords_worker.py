"""One training of vectors with n-grams in a process of its own, by w2v, gensim or fastText; prints one JSON object."""

import argparse
import json
import time

from _worker import FASTTEXT_NAMES, peak_memory

NAMES = {**FASTTEXT_NAMES, "min_n": "minn", "max_n": "maxn", "bucket": "bucket"}


def fasttext(options):
    """Count and train, which the package does in one call."""
    import fasttext

    theirs = {NAMES[name]: value for name, value in options.settings.items() if name in NAMES}
    kind = "skipgram" if options.settings["sg"] else "cbow"
    start = time.perf_counter()
    model = fasttext.train_unsupervised(str(options.corpus), model=kind, verbose=0, **theirs)
    seconds = time.perf_counter() - start
    if options.save:
        model.save_model(str(options.save))
    return {"job_s": seconds}


def python(options):
    """Count, then train, through the same lines for w2v and gensim."""
    if options.program == "w2v":
        from w2v.fasttext import FastText, save_facebook_model
    else:
        from gensim.models.fasttext import FastText, save_facebook_model
    start = time.perf_counter()
    model = FastText(**options.settings)
    model.build_vocab(corpus_file=options.corpus)
    counted = time.perf_counter()
    totals = {"total_words": model.corpus_total_words, "total_examples": model.corpus_count}
    model.train(corpus_file=options.corpus, epochs=model.epochs, **totals)
    done = time.perf_counter()
    if options.save:
        save_facebook_model(model, options.save)
    return {"job_s": done - start, "train_s": done - counted}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", choices=["w2v", "gensim", "fasttext"])
    parser.add_argument("corpus", help="text, one sentence a line")
    parser.add_argument("settings", type=json.loads, help="parameters of FastText, as JSON")
    parser.add_argument("--save", help="write fastText's .bin here")
    options = parser.parse_args()
    report = (fasttext if options.program == "fasttext" else python)(options)
    print(json.dumps({**report, "peak": peak_memory()}))


if __name__ == "__main__":
    main()
