"""Texts as ids of given words, block by block, with an end for every text, also for one without words."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import closing
from functools import partial
from threading import Event
from typing import Any, NamedTuple

import numpy as np

from w2v._core import LINE_END, PADDING, UNKNOWN, TokenBlock, TokenReader, TokenTable
from w2v.base.arrays import Int32Array
from w2v.base.progress import watched
from w2v.base.threads import feed, run_threads
from w2v.inputs.blocks import Block, BlockReader, reader_buffer
from w2v.inputs.files import expand
from w2v.inputs.keys import Keys
from w2v.inputs.objects import read_blocks
from w2v.inputs.passes import Passes, check_sentences
from w2v.inputs.sentences import Sentences
from w2v.inputs.texts import not_text, place_of

__all__ = ["Found", "find_in_files", "find_in_texts"]

_CHARACTERS = 1 << 19  # of the texts of a block, or bytes of its tokens
_ITEMS = 1 << 16  # tokens of a block, at most
_TAGGED = 0xFC  # from here on, the first byte of a token says that it is no str


class Found(NamedTuple):
    """A block of ids: LINE_END where a text ends, UNKNOWN for a word that is none of the given ones."""

    number: int
    ids: Int32Array
    is_open: bool  # its last text goes on in the next block, unless that begins a file
    starts_file: bool
    unknown: Callable[[], Sequence[Any]]  # the words that stand where UNKNOWN does, in their order


Take = Callable[[Found], object]


def find_in_files(paths: Any, words: Sequence[Any], take: Take, workers: int = 1, progress: bool = False) -> None:
    """Read files, a text a line, and give every block to `take`, in any of the threads.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "texts")
    >>> _ = path.write_text("to be\\n\\nor be")
    >>> find_in_files(path, ["be"], lambda found: print(found.ids, found.is_open, found.unknown()))
    [-2  0 -1 -1 -2  0] True ['to', 'or']
    """
    table, reader = Keys().table(words), BlockReader(expand(paths))

    def work(worker: int, stop: Event) -> None:
        buffer = reader_buffer(reader.block_size)
        while not stop.is_set() and (block := reader.next(buffer)):
            if block.length == 0 and not block.starts_file:
                continue  # nothing, at the end of a file
            text = bytes(buffer[: block.length]) + bytes(PADDING)
            spelled = partial(_decoded, text, reader, block)
            take(_encoded(table, text, block.number, block.starts_file, spelled))

    with closing(reader), reader.progress(progress) as watch:
        run_threads(work, workers, watch, patience=1)


def _decoded(text: bytes, reader: BlockReader, block: Block) -> str:
    """The text of a block, padded."""
    try:
        return text[: block.length].decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_text(error, place_of(*reader.locate(block.offset + error.start)), text) from None


def find_in_texts(
    texts: Any,
    tokenizer: Callable[[Any], Any] | None,
    words: Sequence[Any],
    index: dict[Any, int],
    take: Take,
    workers: int = 1,
    progress: bool = False,
) -> None:
    """Read texts, each a str or a sequence of tokens, likewise; `index` has the place of every word.

    Examples
    --------
    >>> find_in_texts([["to", "be"], []], None, ["be"], {"be": 0}, lambda found: print(found.ids, found.unknown()))
    [-2  0 -1 -1] ['to']
    """
    if isinstance(texts, Iterable) or not callable(texts):
        check_sentences(texts)
    with watched(Passes(texts, tokenizer), progress, "reading", " texts") as given:
        items = iter(given)
        head, all_there = _head(items, len(words))
        tokens_of = _Tokens(plain=tokenizer is None and bool(head) and isinstance(head[0], str))
        if all_there:
            take(_looked_up(head, tokens_of, index, len(words)))
            return
        keys = Keys()
        table, items = keys.table(words), itertools.chain(head, items)
        if tokens_of.plain:
            feed(_joined(items), lambda worker, text: take(_of_text(table, *text)), workers)
        else:
            reader = TokenReader(items, keys.key_of, tokens_of)
            feed(
                read_blocks(reader, _CHARACTERS, _ITEMS), lambda worker, block: take(_of_tokens(table, block)), workers
            )


class _Tokens:
    """Called with a text and its number: returns its tokens. Where the texts are `plain`, they are split."""

    def __init__(self, plain: bool) -> None:
        self.plain = plain
        self._sentences = Sentences()

    def __call__(self, text: Any, number: int) -> Any:
        if self.plain:
            return checked(text, number).split()
        return text if type(text) in (list, tuple) else self._sentences(text, number)


def checked(text: Any, number: int) -> str:
    """The text itself; TypeError, with its number, if it is no str, where those before it were.

    Examples
    --------
    >>> checked(None, 3)
    Traceback (most recent call last):
    TypeError: text 3: expected a str, as those before it, got NoneType
    """
    if not isinstance(text, str):
        raise TypeError(f"text {number}: expected a str, as those before it, got {type(text).__name__}")
    return text


def _head(items: Iterator[Any], budget: int) -> tuple[list[Any], bool]:
    """The first texts, and whether they are all: as many as are sooner looked up one by one than put into blocks."""
    head = []
    for item in items:
        head.append(item)
        size = len(item) if isinstance(item, Sized) else 0
        budget -= 1 + (size // 5 if isinstance(item, str) else size)
        if budget < 0:
            return head, False
    return head, True


def _looked_up(texts: list[Any], tokens_of: _Tokens, index: dict[Any, int], n_words: int) -> Found:
    """A few texts as ids, without a table."""
    tokens: list[Any] = []
    found: list[int] = []
    for number, text in enumerate(texts):
        tokens += tokens_of(text, number)
        try:
            found += [index.get(token, UNKNOWN) for token in tokens[len(found) :]]
        except TypeError as error:
            raise TypeError(f"text {number}: expected hashable tokens: {error}") from None
        tokens.append(None)
        found.append(LINE_END)
    ids = np.array(found, dtype=np.int32)
    ids[ids >= n_words] = UNKNOWN  # added by another thread meanwhile
    return Found(0, ids, False, False, lambda: [tokens[place] for place in np.flatnonzero(ids == UNKNOWN)])


def _joined(texts: Iterator[Any]) -> Iterator[tuple[int, str]]:
    """Numbered blocks of texts, a line each."""
    first = 0
    for number in itertools.count():
        block: list[Any] = []
        size = 0
        for text in texts:
            block.append(text)
            size += len(checked(text, first + len(block) - 1))
            if size >= _CHARACTERS:
                break
        if not block:
            return
        lines = "\n".join(block)
        if lines.count("\n") >= len(block):
            lines = "\n".join([text.replace("\n", " ") for text in block])
        first += len(block)
        yield number, lines + "\n"


def _of_text(table: TokenTable, number: int, text: str) -> Found:
    return _encoded(table, text.encode("utf-8", "surrogatepass") + bytes(PADDING), number, False, lambda: text)


def _encoded(table: TokenTable, text: bytes, number: int, starts_file: bool, spelled: Callable[[], str]) -> Found:
    """A block of lines, padded, as ids."""
    n = len(text) - PADDING
    room = np.empty(n + 2, dtype=np.int32)
    n_ids, _ = table.encode(text, n, room, True)
    ids = room[:n_ids]

    def unknown() -> list[str]:
        words = spelled().split()
        return [words[place] for place in np.flatnonzero(ids[ids != LINE_END] == UNKNOWN).tolist()]

    return Found(number, ids, n > 0 and text[n - 1] != ord("\n"), starts_file, unknown)


def _of_tokens(table: TokenTable, block: TokenBlock) -> Found:
    ids = np.empty(block.n_items, dtype=np.int32)
    table.find_tokens(block, ids)

    def unknown() -> list[Any]:
        ends = np.cumsum(np.maximum(block.lengths[: block.n_items], 0), dtype=np.int64)
        places = np.flatnonzero(ids == UNKNOWN)
        starts = ends[places] - block.lengths[places]
        return [_word(block.text[start:end].tobytes()) for start, end in zip(starts, ends[places], strict=True)]

    return Found(block.number, ids, ids[-1] != LINE_END, False, unknown)


def _word(key: bytes) -> str | bytes:
    """The word of these bytes, if it is a str."""
    return key if key[0] >= _TAGGED else key.decode("utf-8", "surrogatepass")
