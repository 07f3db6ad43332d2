"""Text as ids: the vocabulary, and the corpus as numbers of its words."""

from w2v.corpus.encode import encode_file, encode_iterable
from w2v.corpus.tokens import TokenCorpus
from w2v.inputs.lines import LineSentence

__all__ = ["LineSentence", "TokenCorpus", "encode_file", "encode_iterable"]
