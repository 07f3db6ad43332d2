"""One training in a process of its own, by w2v or by gensim through the same lines; prints one JSON object."""

import argparse
import importlib
import json
import resource
import time

FASTTEXT_NAMES = {  # of settings, which fastText calls otherwise
    "vector_size": "dim",
    "window": "ws",
    "negative": "neg",
    "sample": "t",
    "min_count": "minCount",
    "alpha": "lr",
    "epochs": "epoch",
    "workers": "thread",
}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", help="module that has Word2Vec: w2v or gensim.models")
    parser.add_argument("corpus", help="text, one sentence a line")
    parser.add_argument("settings", type=json.loads, help="parameters of Word2Vec, as JSON")
    parser.add_argument("--sentences", action="store_true", help="train on token lists, not corpus_file")
    parser.add_argument("--stop-after", choices=["import", "vocab", "train"], default="train")
    parser.add_argument("--save", help="write the vectors here, in word2vec's binary format")
    return parser.parse_args()


def read_sentences(path):
    with open(path, encoding="utf-8") as lines:
        return [line.split() for line in lines]


def peak_memory():
    """Bytes of memory at the highest point of this process.

    VmHWM where the system has it: ru_maxrss also remembers what the parent had before exec.
    """
    try:
        with open("/proc/self/status") as status:
            line = next(line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def timed(call, *args, **kwargs):
    start = time.perf_counter()
    call(*args, **kwargs)
    return time.perf_counter() - start


def run(options, report):
    importlib.import_module("numpy")
    report["peak_numpy"] = peak_memory()
    package = importlib.import_module(options.package)
    if options.stop_after == "import":
        return
    if options.settings.pop("no_loss", False):  # a user cannot ask for this
        importlib.import_module("w2v.training.jobs").loss_every = lambda words: 0
    model = package.Word2Vec(**options.settings)
    if options.sentences:
        corpus = {"corpus_iterable": read_sentences(options.corpus)}
    else:
        corpus = {"corpus_file": options.corpus}
    report["vocab_s"] = timed(model.build_vocab, **corpus)
    report.update(words=model.corpus_total_words, vocab=len(model.wv.index_to_key))
    if options.stop_after == "vocab":
        return
    report["train_s"] = timed(
        model.train,
        **corpus,
        total_examples=model.corpus_count,
        total_words=model.corpus_total_words,
        epochs=model.epochs,
        compute_loss=options.settings.get("compute_loss", False),
    )
    if options.save:
        model.wv.save_word2vec_format(options.save, binary=True)


def main():
    report = {}
    run(parse_arguments(), report)
    report["peak"] = peak_memory()
    print(json.dumps(report))


if __name__ == "__main__":
    main()
