"""Vectors for other libraries: for numpy, pandas, polars, Arrow, gensim, and for programs that embed."""

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt

from w2v.base.paths import Path
from w2v.vectors.matrix import Array
from w2v.vectors.rows import KeyedRows


class Exports(KeyedRows):
    """Other shapes of the vectors of `w2v.KeyedVectors`. Each library is needed only by the method that names it."""

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        """The matrix (n, vector_size), for ``np.asarray(kv)``: no copy unless one is asked for or the dtype changes."""
        rows = self._values(slice(len(self)))
        wanted = rows.dtype if dtype is None else np.dtype(dtype)
        if copy is False and (wanted != rows.dtype or self.scales is not None):
            raise ValueError(f"dtype: expected {self.vectors.dtype}, which needs no copy, got {wanted} with copy=False")
        return rows.astype(wanted, copy=bool(copy))

    def to_pandas(self) -> Any:
        """A pandas DataFrame (n, vector_size) with the keys as its index; it shares the vectors' memory.

        Raises
        ------
        ImportError
            pandas is not installed.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog"], [[1, 2], [3, 4]])
        >>> frame = kv.to_pandas()  # doctest: +SKIP
        >>> frame.loc["dog"].tolist()  # doctest: +SKIP
        [3.0, 4.0]
        """
        pandas = imported("pandas", "pandas")
        return pandas.DataFrame(np.asarray(self), index=pandas.Index(self.index_to_key, name="word"), copy=False)

    def to_polars(self) -> Any:
        """A polars DataFrame: "word", "vector" (an array of vector_size floats), a column for each numeric attribute.

        Raises
        ------
        ImportError
            polars is not installed.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog"], [[1, 2], [3, 4]], extras={"count": [7, 5]})
        >>> kv.to_polars().columns  # doctest: +SKIP
        ['word', 'vector', 'count']
        """
        polars = imported("polars", "polars")
        rows = np.asarray(self)
        rows = rows.astype(np.float32) if rows.dtype == np.float16 else np.ascontiguousarray(rows)
        return polars.DataFrame({"word": self.index_to_key, "vector": rows, **self._numbers()})

    def _numbers(self) -> dict[str, Array]:
        """The numeric attributes, one value a key."""
        return {name: values[: len(self)] for name, values in self.expandos.items() if values.dtype != object}

    def to_arrow(self) -> Any:
        """A pyarrow Table: "word", "vector" (a list of vector_size floats), and a column for each numeric attribute.

        Raises
        ------
        ImportError
            pyarrow is not installed.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog"], [[1, 2], [3, 4]], extras={"count": [7, 5]})
        >>> kv.to_arrow().column_names  # doctest: +SKIP
        ['word', 'vector', 'count']
        """
        arrow = imported("pyarrow", "arrow")
        rows = np.ascontiguousarray(np.asarray(self))
        values = arrow.array(rows.reshape(-1))
        columns = {
            "word": arrow.array(self.index_to_key),
            "vector": arrow.FixedSizeListArray.from_arrays(values, self.vector_size),
        }
        columns.update({name: arrow.array(values) for name, values in self._numbers().items()})
        return arrow.table(columns)

    def to_gensim(self) -> Any:
        """A gensim KeyedVectors with these keys, vectors and numeric attributes; it shares the vectors' memory.

        Raises
        ------
        ImportError
            gensim 4 is not installed.

        Examples
        --------
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog"], [[1, 2], [3, 4]])
        >>> kv.to_gensim().most_similar("cat")  # doctest: +SKIP
        [('dog', 0.9838699102401733)]
        """
        gensim = imported("gensim.models", "gensim")
        other = gensim.KeyedVectors(self.vector_size)
        other.vectors = np.asarray(self)
        other.index_to_key = list(self.index_to_key)
        other.key_to_index = {key: place for place, key in enumerate(self.index_to_key)}
        other.expandos.update({name: values.copy() for name, values in self._numbers().items()})
        return other

    def save_static_embedding(
        self, path: Path, *, normalize: bool = False, lowercase: bool | None = None, punctuation: bool | None = None
    ) -> None:
        """Save a folder that model2vec (StaticModel) and sentence-transformers (SentenceTransformer) load.

        Both then embed texts, as the mean of the words' vectors. model2vec leaves unknown words out,
        sentence-transformers counts them as zeros.

        Parameters
        ----------
        path : path
            A folder, made if it is not there.
        normalize : bool, default False
            Texts' vectors shall have length 1.
        lowercase : bool, optional
            Texts shall be lowercased before they are split; by default, if all words are in lower case.
        punctuation : bool, optional
            Punctuation shall be split off, but for signs that words have inside; by default, unless words have it at
            their ends, as where texts were split at white space.

        Raises
        ------
        ValueError
            Two keys are written alike, such as 7 and "7".

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog"], [[1, 2], [3, 4]])
        >>> path = pathlib.Path(tempfile.mkdtemp(), "model")
        >>> kv.save_static_embedding(path)
        >>> sorted(file.name for file in path.iterdir())
        ['config.json', 'model.safetensors', 'modules.json', 'tokenizer.json']
        """
        from w2v import formats

        options = {"normalize": normalize, "lowercase": lowercase, "punctuation": punctuation}
        formats.save(self, path, "static-embedding", **options)

    def save_tensorboard(self, path: Path, *, escape: bool = False) -> None:
        """Save a folder for TensorBoard's projector: ``tensorboard --logdir FOLDER`` shows the vectors in 3D.

        Parameters
        ----------
        path : path
            A folder, made if it is not there.
        escape : bool, default False
            As for `save_word2vec_format`.

        Raises
        ------
        ValueError
            A key is empty or has a tab or line end in it; nothing is written.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> from w2v import KeyedVectors
        >>> kv = KeyedVectors(2)
        >>> kv.add_vectors(["cat", "dog"], [[1, 2], [3, 4]])
        >>> path = pathlib.Path(tempfile.mkdtemp(), "board")
        >>> kv.save_tensorboard(path)
        >>> (path / "vectors.tsv").read_text()
        '1.0\\t2.0\\n3.0\\t4.0\\n'
        """
        from w2v import formats

        formats.save(self, path, "tensorboard", escape=escape)


def imported(module: str, extra: str) -> Any:
    """A library that w2v does not require; ImportError says how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(f'this needs {package}, which is not installed: pip install "w2v[{extra}]"') from error
