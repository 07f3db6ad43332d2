"""A folder that model2vec's StaticModel and sentence-transformers' SentenceTransformer (StaticEmbedding) both load.

Layout::

    model.safetensors       embeddings, float32 (n + 1, d): the words' rows, then one of zeros for unknown words
    tokenizer.json          of the tokenizers library: text is lowered and split as `w2v.formats.tokenization` finds the
                            words to need, and the words are its vocabulary
    config.json             model2vec's settings
    modules.json            sentence-transformers' settings: one StaticEmbedding, and Normalize if asked for
    1_Normalize/            empty

Both libraries give a text the mean of its words' vectors.
"""

import json
import pathlib
from typing import Any

import numpy as np

from w2v.base.files import Together
from w2v.base.paths import Path
from w2v.formats.saved import SavedVectors
from w2v.formats.tensors import write_tensors
from w2v.formats.tokenization import Tokenization, as_json, tokenization_of

_UNKNOWN = "[UNK]"
_MODULES = "sentence_transformers.models."


def save(
    saved: SavedVectors,
    path: Path,
    *,
    normalize: bool = False,
    lowercase: bool | None = None,
    punctuation: bool | None = None,
) -> None:
    """Write words and vectors (n, d), of any dtype, into a folder, which is made if it is not there."""
    folder = pathlib.Path(path)
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
