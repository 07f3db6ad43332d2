"""The page that describes vectors on the Hugging Face hub: what they are, how they were trained, how good they are."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from w2v.config import __version__
from w2v.vectors.rows import KeyedRows

NATIVE = "vectors.w2v"  # the file, unless the user names another
_SHOWN = (  # settings that a reader looks for
    "sg", "hs", "negative", "objective", "vector_size", "window", "min_count", "sample", "ns_exponent", "alpha",
    "min_alpha", "epochs", "seed", "kernel", "positional",
)  # fmt: skip
_WORDS = 20  # of the most frequent ones


def model_card(
    kv: KeyedRows,
    repo_id: str,
    filename: str,
    settings: Any = None,
    scores: Any = None,
    license: str | None = None,
    language: str | Sequence[str] | None = None,
) -> str:
    """The card, in Markdown, with the hub's front matter.

    Examples
    --------
    >>> kv = KeyedRows(2)
    >>> print(model_card(kv, "me/none", "vectors.w2v", {"window": 5}).splitlines()[-3])
    | window | 5 |
    """
    parts = [_front_matter(license, language), _about(kv, repo_id, filename)]
    numbers = settings_of(settings)
    if numbers:
        parts.append("## Training\n\n" + _table(("setting", "value"), numbers.items()))
    rows = _scores_of(scores)
    if rows:
        parts.append("## Scores\n\n" + _table(rows[0], rows[1:]))
    parts.append(f"Made by w2v {__version__}.")
    return "\n\n".join(parts) + "\n"


def _front_matter(license: str | None, language: str | Sequence[str] | None) -> str:
    lines = ["---", "library_name: w2v", "tags:", "- word2vec", "- word-embeddings"]
    if license is not None:
        lines.append(f"license: {json.dumps(license)}")
    if language is not None:
        lines.append(f"language: {json.dumps(language if isinstance(language, str) else list(language))}")
    return "\n".join([*lines, "---"])


def _about(kv: KeyedRows, repo_id: str, filename: str) -> str:
    name = "" if filename == NATIVE else f', "{filename}"'
    shown = [" ".join(str(key).replace("`", " ").split()) for key in kv.index_to_key[:_WORDS]]
    words = ", ".join(f"`{word}`" for word in shown if word)
    return f"""# {repo_id.rpartition("/")[2]}

{len(kv):,} vectors of {kv.vector_size} dimensions ({kv.vectors.dtype}). The first are {words}.

```python
from w2v import KeyedVectors

kv = KeyedVectors.from_hub("{repo_id}"{name})
```"""


def settings_of(settings: Any) -> dict[str, Any]:
    """What a model was trained with, or the settings that a caller gave."""
    if settings is None or isinstance(settings, Mapping):
        return dict(settings or {})
    found = {name: getattr(settings, name, None) for name in _SHOWN}
    corpus = {"words in the text": "corpus_total_words", "texts": "corpus_count"}
    found.update({what: getattr(settings, name, None) for what, name in corpus.items()})
    return {name: value for name, value in found.items() if value is not None}


def _scores_of(scores: Any) -> list[Sequence[Any]]:
    """Names of columns, then a row for each score."""
    if not scores:
        return []
    if isinstance(scores, Mapping):
        return [("set", "score"), *scores.items()]
    rows: list[Sequence[Any]] = [("set", "measure", "score", "asked")]
    for score in scores.scores:
        if not score.section and score.value == score.value:
            rows.append((score.set, score.measure, f"{score.value:.3f}", f"{score.used} of {score.total}"))
    return rows


def _table(names: Sequence[str], rows: Any) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
