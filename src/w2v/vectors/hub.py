"""Vectors on the Hugging Face hub: found there whatever their format, and put there with a page that describes them."""

import pathlib
import re
import tempfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from w2v.base.arrays import Array
from w2v.base.paths import Path
from w2v.config import __version__
from w2v.formats import static_embedding
from w2v.vectors.card import NATIVE, model_card
from w2v.vectors.exports import imported
from w2v.vectors.rows import KeyedRows

Self = TypeVar("Self", bound="Hub")

_NOTES = re.compile(
    r"(^|/)\.|\.(md|json|ya?ml|py|ipynb|png|jpe?g|svg|gif|pdf|html|onnx)$|(^|/)licen[cs]e", re.IGNORECASE
)
_ARRAYS = re.compile(r"\.(npy|npz)$", re.IGNORECASE)  # which gensim puts beside its files


class Hub(KeyedRows):
    """What `w2v.KeyedVectors` does with the hub. Needs ``pip install "w2v[hub]"``."""

    if TYPE_CHECKING:  # of `w2v.vectors.files.Files`

        @classmethod
        def load(
            cls: type[Self], fname: Any, mmap: str | None = None, *, limit: int | None = None, format: str | None = None
        ) -> Self:
            """Load vectors of any format."""

        @classmethod
        def from_pieces(cls: type[Self], words: list[Any], vectors: Array, attributes: dict[str, Array]) -> Self:
            """Take over words and vectors."""

    @classmethod
    def from_hub(
        cls: type[Self],
        repo_id: str,
        filename: str | None = None,
        *,
        revision: str | None = None,
        token: str | bool | None = None,
        cache_dir: Path | None = None,
        endpoint: str | None = None,
        mmap: str | None = None,
        limit: int | None = None,
        format: str | None = None,
    ) -> Self:
        """Load vectors from a repository of the Hugging Face hub: w2v's own, gensim's, word2vec's, fastText's, ...

        Files are kept in the hub's cache, and downloaded again only if they have changed. No format runs code.

        Parameters
        ----------
        repo_id : str
            "owner/name".
        filename : str, optional
            The file with the vectors; needed if the repository has several.
        revision : str, optional
            A branch, tag or commit; a commit is always the same file.
        token : str or bool, optional
            For private repositories; by default what ``hf auth login`` left.
        cache_dir : path, optional
            In place of the hub's cache.
        endpoint : str, optional
            Address of another server.
        mmap, limit, format
            As for `load`.

        Raises
        ------
        ImportError
            huggingface_hub is not installed.
        OSError
            There is no such repository, or no connection.
        ValueError
            There is no file of vectors, or there are several: the message names them.
        FormatError
            The file has none of the formats.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors.from_hub("fse/glove-wiki-gigaword-100")  # doctest: +SKIP
        """
        path = download(repo_id, filename, revision=revision, token=token, cache_dir=cache_dir, endpoint=endpoint)
        if path.endswith(".safetensors") and format is None:
            return cls.load_static_embedding(path, limit=limit)
        return cls.load(path, mmap, limit=limit, format=format)

    @classmethod
    def load_static_embedding(cls: type[Self], path: Path, *, limit: int | None = None) -> Self:
        """Load the vectors of the tokens of a model of model2vec's, or of sentence-transformers' StaticEmbedding.

        Parameters
        ----------
        path : path
            Of the folder, or of its file model.safetensors.
        limit : int, optional
            Load only so many tokens.

        Raises
        ------
        FormatError
            These files are none of such a model.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog"], [[1, 2], [3, 4]])
        >>> path = pathlib.Path(tempfile.mkdtemp(), "model")
        >>> kv.save_static_embedding(path)
        >>> KeyedVectors.load_static_embedding(path)["dog"]
        array([3., 4.], dtype=float32)
        """
        saved = static_embedding.load(path, limit)
        return cls.from_pieces(saved.words, saved.vectors, saved.attributes)

    def push_to_hub(
        self,
        repo_id: str,
        filename: str = NATIVE,
        *,
        settings: Any = None,
        scores: Any = None,
        card: str | None = None,
        license: str | None = None,
        language: str | Sequence[str] | None = None,
        private: bool | None = None,
        token: str | bool | None = None,
        revision: str | None = None,
        endpoint: str | None = None,
        message: str = "Vectors by w2v",
    ) -> str:
        """Put the vectors into a repository of the hub, in w2v's own format, with a model card; return its address.

        The repository is made if it is not there. Vectors and card come in one commit, or neither. A card that is
        there already stays as it is, unless `card` is given.

        Parameters
        ----------
        repo_id : str
            "owner/name".
        filename : str, default "vectors.w2v"
        settings : Word2Vec or mapping, optional
            What the vectors were trained with, for the card.
        scores : w2v.evaluate.Report or mapping, optional
            How good they are, for the card: what `evaluate_sets` returned.
        card : str, optional
            The whole card, in Markdown.
        license, language : str, optional
            For the card, as the hub spells them, such as "cc-by-sa-3.0" and "en".
        private : bool, optional
            Whether a repository that is made is private.
        token, revision, endpoint
            As for `from_hub`.
        message : str
            Of the commit.

        Raises
        ------
        ImportError
            huggingface_hub is not installed.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog"], [[1, 2], [3, 4]])
        >>> kv.push_to_hub("me/animals", license="mit", language="en")  # doctest: +SKIP
        'https://huggingface.co/me/animals'
        """
        from w2v import formats

        hub = imported("huggingface_hub", "hub")
        api = _api(hub, token, endpoint)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, NATIVE)
            formats.save(self, path, "native")
            address = api.create_repo(repo_id, private=private, exist_ok=True)
            files = [hub.CommitOperationAdd(filename, str(path))]
            if card is not None or "README.md" not in api.list_repo_files(repo_id, revision=revision):
                text = card or model_card(self, repo_id, filename, settings, scores, license, language)
                files.append(hub.CommitOperationAdd("README.md", text.encode()))
            api.create_commit(repo_id, files, commit_message=message, revision=revision)
        return str(address)


def download(
    repo_id: str,
    filename: str | None = None,
    *,
    revision: str | None = None,
    token: str | bool | None = None,
    cache_dir: Path | None = None,
    endpoint: str | None = None,
) -> str:
    """Download the file with the vectors, and what belongs to it; return its path in the cache. See `Hub.from_hub`."""
    hub = imported("huggingface_hub", "hub")
    api = _api(hub, token, endpoint)
    where = {"revision": revision, "cache_dir": cache_dir}
    names = _names(hub, api, repo_id, where)
    name = vectors_among(names, repo_id) if filename is None else filename
    path = str(api.hf_hub_download(repo_id, name, **where))
    folder = name.rpartition("/")[0]
    tokenizer = f"{folder}/tokenizer.json".lstrip("/") if name.endswith(".safetensors") else ""
    for beside in names:  # gensim's arrays
        if beside == tokenizer or (beside.startswith(f"{name}.") and _ARRAYS.search(beside)):
            api.hf_hub_download(repo_id, beside, **where)
    return path


def _api(hub: Any, token: str | bool | None, endpoint: str | None) -> Any:
    return hub.HfApi(endpoint=endpoint, token=token, library_name="w2v", library_version=__version__)


def _names(hub: Any, api: Any, repo_id: str, where: Mapping[str, Any]) -> list[str]:
    """The files of a repository; without a connection, those that were downloaded before."""
    try:
        return list(api.list_repo_files(repo_id, revision=where["revision"]))
    except (hub.errors.HfHubHTTPError, ValueError):
        raise
    except Exception as error:  # each version of the library has others for a connection that fails
        try:
            folder = pathlib.Path(api.snapshot_download(repo_id, local_files_only=True, **where))
        except OSError:
            raise ConnectionError(f"{repo_id}: not reached, and not downloaded before: {error}") from error
        return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def vectors_among(names: Sequence[str], repo_id: str) -> str:
    """The file that holds the vectors: w2v's own before others.

    Examples
    --------
    >>> vectors_among(["README.md", "news.model", "news.model.vectors.npy"], "me/news")
    'news.model'
    """
    found = [name for name in names if not _NOTES.search(name)]
    found = [name for name in found if not (_ARRAYS.search(name) and any(name.startswith(f"{one}.") for one in found))]
    own = [name for name in found if name.endswith(".w2v")]
    found = own or found
    if len(found) == 1:
        return found[0]
    if NATIVE in found:
        return NATIVE
    got = f"several: give filename= one of {', '.join(sorted(found)[:20])}" if found else "none"
    raise ValueError(f"{repo_id}: expected a file of vectors, got {got}")
