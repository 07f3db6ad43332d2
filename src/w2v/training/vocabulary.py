"""The vocabulary of a model: which words are kept, and how it grows."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NoReturn

from w2v.corpus import growth
from w2v.corpus.remote import RemoteSource
from w2v.corpus.source import Paths, Source, Tokenizer
from w2v.corpus.vocab import Vocab
from w2v.cuda.device import check_memory
from w2v.errors import VocabularyError
from w2v.inputs.pruning import Pruning, TrimRule
from w2v.training import mirror_kernel, weights
from w2v.training.settings import Settings, with_new_names
from w2v.training.state import Scanned, Sentences, State

logger = logging.getLogger("w2v.model")


class Vocabulary(State):
    """What of `w2v.Word2Vec` makes its vocabulary."""

    def build_vocab(
        self,
        corpus_iterable: Sentences | None = None,
        corpus_file: Paths | None = None,
        update: bool = False,
        progress_per: int = 10000,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        *,
        tokenizer: Tokenizer | None = None,
        sentence_weights: Any = None,
        progress: bool = False,
        min_count: int | None = None,
        sample: float | None = None,
        dry_run: bool = False,
        **unknown: NoReturn,
    ) -> None:
        """Count the words and keep those that qualify: afresh, with new weights, or added to those there are.

        The corpus is read once: its ids are kept, and `train` uses them if it is given the same file, or nothing.

        Parameters
        ----------
        corpus_iterable, corpus_file, trim_rule, tokenizer, sentence_weights, progress
            As for the constructor, whose `sentences` is `corpus_iterable` here; one of the first two.
        update : bool, default False
            Keep the words, counts and weights there are. Words that reach `min_count` in this corpus are added at the
            end, with random vectors and output vectors of zeros; counts of words that are known are added up.
            Noise, thinning and the tree of hierarchical softmax follow the new counts. `corpus_count` and
            `corpus_total_words` become those of this corpus.
        keep_raw_vocab : bool, default False
            Keep all words and counts, also of those left out, as `raw_vocab`.
        min_count, sample, dry_run
            As for `prepare_vocab`.
        progress_per
            Accepted for gensim's sake; it has no use here.

        Raises
        ------
        TypeError
            Both or neither of corpus_iterable and corpus_file are given, or it is no such thing.
        VocabularyError
            No word is left, or there is no vocabulary to update; the model is as it was.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> model = Word2Vec(vector_size=8, min_count=2)
        >>> model.build_vocab([["to", "be", "or", "not", "to", "be"]])
        >>> model.wv.index_to_key
        ['be', 'to']
        >>> model.build_vocab([["or", "not"], ["or", "not", "to"]], update=True)
        >>> model.wv.index_to_key, model.wv.get_vecattr("to", "count")
        (['be', 'to', 'or', 'not'], 3)
        """
        given = with_new_names("build_vocab", unknown, {"corpus_iterable": corpus_iterable})
        corpus_iterable = given["corpus_iterable"]
        source = self._source(corpus_iterable, corpus_file, 1, tokenizer, sentence_weights)
        settings = self._with(min_count, sample)
        if settings.kernel == "mirror":
            told = {"trim_rule": trim_rule, "update": update, "keep_raw_vocab": keep_raw_vocab, "dry_run": dry_run}
            mirror_kernel.refuse(**told, tokenizer=tokenizer, sentence_weights=sentence_weights)
            mirror_kernel.build_vocab(self, settings, corpus_iterable, corpus_file)
            return
        if update:
            self._need_vocabulary()
        if keep_raw_vocab or dry_run:
            scanned = self._scan(source, trim_rule, progress)
            self._prepare(scanned, settings, update, keep_raw_vocab, trim_rule, dry_run)
        else:
            found = self._count(source, settings, update, trim_rule, progress)
            self._adopt(found, settings, update, found.corpus.n_words_raw)
        self.add_lifecycle_event("build_vocab", update=update, trim_rule=str(trim_rule))

    def build_vocab_from_freq(
        self,
        word_freq: Mapping[Any, int],
        keep_raw_vocab: bool = False,
        corpus_count: int | None = None,
        trim_rule: TrimRule | None = None,
        update: bool = False,
    ) -> None:
        """Take words and counts from a mapping, which stays as it is.

        Parameters
        ----------
        word_freq : mapping of word to count
        corpus_count : int, optional
            What `corpus_count` becomes; 0 without it.
        keep_raw_vocab, trim_rule, update
            As for `build_vocab`.

        Raises
        ------
        VocabularyError
            No word is left, or there is no vocabulary to update; the model is as it was.

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> model = Word2Vec(vector_size=8, min_count=2)
        >>> model.build_vocab_from_freq({"be": 3, "or": 1, "to": 2})
        >>> model.wv.index_to_key
        ['be', 'to']
        """
        if update:
            self._need_vocabulary()
        scanned = Scanned(Vocab(word_freq, word_freq.values()), None)
        self._prepare(scanned, self.checked(), update, keep_raw_vocab, trim_rule)
        self.corpus_count = corpus_count or 0
        self.add_lifecycle_event("build_vocab", update=update, trim_rule=str(trim_rule))

    def scan_vocab(
        self,
        corpus_iterable: Sentences | None = None,
        corpus_file: Paths | None = None,
        progress_per: int = 10000,
        workers: int | None = None,
        trim_rule: TrimRule | None = None,
    ) -> tuple[int, int]:
        """Count all words, for `prepare_vocab` to choose from. `build_vocab` does both, with less memory.

        Parameters
        ----------
        corpus_iterable, corpus_file
            One of them.
        trim_rule : callable, optional
            Used if max_vocab_size makes words drop.
        progress_per, workers
            Accepted for gensim's sake; they have no use here.

        Returns
        -------
        words, sentences : int

        Examples
        --------
        >>> from w2v import Word2Vec
        >>> model = Word2Vec(vector_size=8, min_count=2)
        >>> model.scan_vocab([["to", "be", "or", "not"], ["to", "be"]])
        (6, 2)
        >>> model.prepare_vocab(dry_run=True)["num_retained_words"], model.prepare_vocab()["drop_unique"]
        (2, 2)
        """
        self._scanned = self._scan(self._source(corpus_iterable, corpus_file), trim_rule, progress=False)
        self.raw_vocab = dict(zip(self._scanned.vocab.words, self._scanned.vocab.counts.tolist(), strict=True))
        return self._scanned.corpus.n_words_raw, self._scanned.corpus.n_sentences

    def prepare_vocab(
        self,
        update: bool = False,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        min_count: int | None = None,
        sample: float | None = None,
        dry_run: bool = False,
    ) -> dict[str, int]:
        """Choose the words to keep from what `scan_vocab` counted, and make their weights.

        Parameters
        ----------
        update, keep_raw_vocab, trim_rule
            As for `build_vocab`.
        min_count, sample : optional
            In place of the model's, which become these. 0 counts as not given, as in gensim.
        dry_run : bool, default False
            Change nothing, only report.

        Returns
        -------
        dict of str -> int
            drop_unique and num_retained_words (different words), retain_total (tokens), downsample_unique (words that
            are thinned out) and downsample_total (tokens that are then left).

        Raises
        ------
        VocabularyError
            Nothing was counted, no word is left, or there is no vocabulary to update; the model is as it was.
        """
        if self._scanned is None:
            raise VocabularyError("there are no counts to prepare a vocabulary from: call scan_vocab, or build_vocab")
        if update:
            self._need_vocabulary()
        settings = self._with(min_count, sample)
        return self._prepare(self._scanned, settings, update, keep_raw_vocab, trim_rule, dry_run)

    # ---- the steps; errors come before anything is changed ----

    def _with(self, min_count: int | None, sample: float | None) -> Settings:
        """The settings, checked, with these two in place of the model's if they are given."""
        changes: dict[str, Any] = {"min_count": min_count, "sample": sample}
        return self.checked(**{name: value for name, value in changes.items() if value})

    def _scan(self, source: Source | RemoteSource, trim_rule: Any, progress: bool) -> Scanned:
        """All words, in order of first appearance, and the corpus as their ids."""
        settings = self.checked()
        rule = trim_rule if settings.max_vocab_size else None
        pruning = Pruning(0, settings.max_vocab_size, sorted_vocab=False, trim_rule=rule)
        return Scanned(*source.encode(pruning, workers=settings.workers, progress=progress))

    def _count(
        self, source: Source | RemoteSource, settings: Settings, update: bool, trim_rule: Any, progress: bool
    ) -> Scanned:
        """The words that stay, and the corpus as their ids, in one reading."""
        rule = growth.keeping(self.vocab.index, trim_rule) if update else trim_rule
        in_order = bool(settings.sorted_vocab) and not update
        limits = settings.min_count, settings.max_vocab_size, settings.max_final_vocab
        return Scanned(*source.encode(Pruning(*limits, in_order, rule), workers=settings.workers, progress=progress))

    def _prepare(
        self,
        scanned: Scanned,
        settings: Settings,
        update: bool = False,
        keep_raw_vocab: bool = False,
        trim_rule: Any = None,
        dry_run: bool = False,
    ) -> dict[str, int]:
        """Choose words from a raw count and make them the vocabulary; see `prepare_vocab`."""
        raw, corpus = scanned
        in_order = bool(settings.sorted_vocab) and not update
        pruning = Pruning(settings.min_count, None, settings.max_final_vocab, in_order, trim_rule)
        kept = growth.chosen(raw, pruning)
        report = growth.report(raw, kept, settings.sample)
        if not dry_run:
            if update:  # what is known stays, however rare it is here
                kept = growth.chosen(raw, replace(pruning, trim_rule=growth.keeping(self.vocab.index, trim_rule)))
            if corpus is not None:
                corpus = growth.renumbered(corpus, growth.positions(raw, kept))
            self._adopt(Scanned(kept, corpus), settings, update, raw.total)
            self.raw_vocab = dict(zip(raw.words, raw.counts.tolist(), strict=True)) if keep_raw_vocab else {}
            self._scanned = scanned if keep_raw_vocab else None
        return report

    def _adopt(self, found: Scanned, settings: Settings, update: bool, n_words: int) -> None:
        """Make these words and this corpus the model's, with weights."""
        vocab, corpus = found
        if update:
            vocab, places = growth.merged(self.vocab, vocab)
            corpus = None if corpus is None else growth.renumbered(corpus, places)
        if not len(vocab):
            words = f"{n_words} words, none of them often enough" if n_words else "no words"
            raise VocabularyError(f"the vocabulary is empty: {words} (min_count={settings.min_count})")
        if settings.null_word:
            vocab = growth.with_null_word(vocab)
        check_memory(settings.device, weights.nbytes(settings, len(vocab)))
        made = (weights.grown if update else weights.fresh)(self, vocab, settings)
        if not update:
            if self.train_count:
                logger.warning("build_vocab starts afresh: what the model learnt is given up (update=True keeps it)")
            self._forget_training()
        self.min_count, self.sample, self.effective_min_count = settings.min_count, settings.sample, vocab.min_count
        self._install(vocab, *made)
        self._corpus, self.raw_vocab = corpus, {}
        if corpus is not None:
            self.corpus_count, self.corpus_total_words = corpus.n_sentences, corpus.n_words_raw
        self.add_lifecycle_event("prepare_vocab", msg=f"{len(vocab)} words, from {n_words} words of text")
