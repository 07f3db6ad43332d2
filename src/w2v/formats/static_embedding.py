"""A folder that model2vec's StaticModel and sentence-transformers' SentenceTransformer (StaticEmbedding) both load.

Layout::

    model.safetensors       embeddings, float32 (n + 1, d): the words' rows, then one of zeros for unknown words
    tokenizer.json          of the tokenizers library: text is lowered and split as `w2v.formats.tokenization` finds the
                            words to need, and the words are its vocabulary
    config.json             model2vec's settings
    modules.json            sentence-transformers' settings: one StaticEmbedding, and Normalize if asked for
    1_Normalize/            empty

Both libraries give a text the mean of its words' vectors. What they write themselves is read, too: model2vec's files
may have "weights" (n,) of the tokens, and a "mapping" (n,) of tokens to rows; sentence-transformers calls the rows
"embedding.weight", and has them in the folder 0_StaticEmbedding.
"""

import json
import pathlib
from typing import Any

import numpy as np

from w2v.base.arrays import Array
from w2v.base.files import Together
from w2v.base.paths import Path, path_of
from w2v.errors import FormatError
from w2v.formats.saved import SavedVectors
from w2v.formats.tensors import write_tensors
from w2v.formats.tokenization import Tokenization, as_json, tokenization_of

_UNKNOWN = "[UNK]"
_MODULES = "sentence_transformers.models."
_ROWS = ("embeddings", "embedding.weight")


def save(
    saved: SavedVectors,
    path: Path,
    *,
    normalize: bool = False,
    lowercase: bool | None = None,
    punctuation: bool | None = None,
) -> None:
    """Write words and vectors (n, d), of any dtype, into a folder, which is made if it is not there."""
    folder = pathlib.Path(path_of(path, "path"))
    names = [str(word) for word in saved.words]
    vocabulary = dict(zip(names, range(len(names)), strict=True))
    if len(vocabulary) < len(names):
        raise ValueError("words: expected different texts, got a number and a text that are written alike")
    rows = saved.floats().astype(np.float32, copy=False)
    if _UNKNOWN not in vocabulary:
        vocabulary[_UNKNOWN] = len(names)
        rows = np.concatenate([rows, np.zeros_like(rows, shape=(1, rows.shape[1]))])
    modules = [{"idx": 0, "name": "0", "path": ".", "type": _MODULES + "StaticEmbedding"}]
    if normalize:
        modules.append({"idx": 1, "name": "1", "path": "1_Normalize", "type": _MODULES + "Normalize"})
    config = {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "tokenizer_name": "w2v",
        "hidden_dim": rows.shape[1],
        "normalize": normalize,
        "embedding_dtype": "float32",
    }
    folder.mkdir(parents=True, exist_ok=True)
    if normalize:
        (folder / "1_Normalize").mkdir(exist_ok=True)
    how = tokenization_of(names, lowercase, punctuation)
    texts = {"tokenizer": _tokenizer(vocabulary, how), "modules": modules, "config": config}
    with Together() as together:
        with together.open(folder / "model.safetensors") as file:
            write_tensors(file, {"embeddings": rows}, {"format": "np"})
        for name, content in texts.items():  # without the tokenizer, no library loads the others
            with together.open(folder / f"{name}.json", last=name == "tokenizer") as file:
                indent = 1 if name != "tokenizer" else None
                file.write(json.dumps(content, ensure_ascii=False, indent=indent).encode())


def _tokenizer(vocabulary: dict[str, int], how: Tokenization) -> dict[str, Any]:
    """The tokenizer that knows these words."""
    special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": vocabulary[_UNKNOWN], "content": _UNKNOWN, **special}],
        **as_json(how),
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": _UNKNOWN},
    }


def load(path: Path, limit: int | None = None) -> SavedVectors:
    """Read the vectors of the tokens from such a folder, or from the file of its rows; at most `limit` of them."""
    folder = pathlib.Path(path_of(path, "path"))
    folder = folder if folder.is_dir() else folder.parent
    if (folder / "0_StaticEmbedding").is_dir():
        folder /= "0_StaticEmbedding"
    tokens, unknown = _tokens(folder / "tokenizer.json")
    tensors = _tensors(folder / "model.safetensors")
    rows, file = tensors[_ROWS[0]], folder / "model.safetensors"
    ids = np.array(sorted(tokens)[:limit], np.int64)
    n = len(tensors.get("mapping", rows))
    if len(ids) and not 0 <= ids[0] <= ids[-1] < n:
        raise FormatError(f"{file}: expected a row for each token, up to number {ids[-1]}, got {n}")
    places = tensors["mapping"][ids] if "mapping" in tensors else ids
    if len(ids) and not 0 <= places.min() <= places.max() < len(rows):
        raise FormatError(f"{file}: mapping: expected numbers of {len(rows)} rows, got up to {places.max()}")
    vectors = rows[places]
    if "weights" in tensors:
        vectors = vectors * tensors["weights"][ids].astype(np.float32)[:, np.newaxis]
    words = [tokens[id] for id in ids.tolist()]
    if unknown in words and not vectors[words.index(unknown)].any():  # it stands for no word
        keep = np.arange(len(words)) != words.index(unknown)
        words, vectors = [word for word in words if word != unknown], vectors[keep]
    return SavedVectors(words, vectors, {})


def _tokens(path: pathlib.Path) -> tuple[dict[int, str], str | None]:
    """The tokens of a tokenizer by their numbers, and the one for unknown words."""
    try:
        content = json.loads(path.read_bytes())
        model = content["model"]
        vocab = model["vocab"]
        named = isinstance(vocab, dict)
        found: dict[Any, Any] = {id: token for token, id in vocab.items()} if named else {}
        found.update({} if named else {id: entry[0] for id, entry in enumerate(vocab)})
        found.update({token["id"]: token["content"] for token in content.get("added_tokens") or ()})
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise FormatError(f"{path}: expected a tokenizer with a vocabulary, got an error: {error!r}") from None
    wrong = next((item for item in found.items() if type(item[0]) is not int or type(item[1]) is not str), None)
    if wrong is not None:
        raise FormatError(f"{path}: vocab: expected tokens and their numbers, got {wrong!r:.80}")
    if len(set(found.values())) < len(found):
        raise FormatError(f"{path}: vocab: expected each token once, got {len(found) - len(set(found.values()))} again")
    return found, model.get("unk_token")


def _tensors(path: pathlib.Path) -> dict[str, Array]:
    """The rows, under the first of their names, and weights and mapping if they are there."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "numpy") as file:
            names = set(file.keys())
            name = next((name for name in _ROWS if name in names), None)
            if name is None:
                raise FormatError(
                    f"{path}: expected a tensor {' or '.join(_ROWS)}, got {', '.join(sorted(names))[:80]}"
                )
            found = {_ROWS[0]: file.get_tensor(name)}
            found.update({name: file.get_tensor(name) for name in names & {"weights", "mapping"}})
    except (SafetensorError, TypeError, ValueError) as error:  # numpy lacks some of its types
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"{path}: expected a safetensors file of numbers that numpy has, got: {error}") from None
    rows, kinds = found[_ROWS[0]], {"mapping": "iu", "weights": "f"}
    shape = (len(found.get("mapping", rows)),)
    fits = all(found[name].shape == shape and found[name].dtype.kind in kinds[name] for name in found if name in kinds)
    if rows.ndim != 2 or not (rows.dtype.kind == "f" or rows.dtype == np.int8) or not fits:
        got = {name: (str(array.dtype), array.shape) for name, array in found.items()}
        raise FormatError(f"{path}: expected rows of numbers, and a weight and a place for each, got {got}")
    return found
