"""What has been tried already, in a file of JSON lines: an interrupted search goes on where it stopped."""

import json
import os
import pathlib
from typing import Any

from w2v.base.paths import Path
from w2v.errors import FormatError


class Journal:
    """Scores of finished trainings, by what was trained; in a file, if there is one.

    The first line of the file says what is searched; a search for something else does not go on with it.

    Parameters
    ----------
    path : path or None
    task : dict
        What is searched, of what JSON has.

    Raises
    ------
    FormatError
        The file belongs to another search, or is no journal.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "search.jsonl")
    >>> Journal(path, {"corpus": "a.txt"}).add("0 of 9", {"score": 0.5})
    >>> Journal(path, {"corpus": "a.txt"}).get("0 of 9")
    {'score': 0.5}
    """

    def __init__(self, path: Path | None, task: dict[str, Any]) -> None:
        self._path = None if path is None else pathlib.Path(path)
        self._found: dict[str, dict[str, Any]] = {}
        if self._path is None:
            return
        task = json.loads(json.dumps(task))
        if self._path.exists() and self._path.stat().st_size:
            self._read(self._path, task)
        else:
            self._write({"task": task})

    def get(self, name: str) -> dict[str, Any] | None:
        """What was found, None if it has not been trained yet."""
        return self._found.get(name)

    def add(self, name: str, found: dict[str, Any]) -> None:
        """Keep what was found; once this returns it is on the disk."""
        self._found[name] = found
        if self._path is not None:
            self._write({"name": name, "found": found})

    def _write(self, entry: dict[str, Any]) -> None:
        assert self._path is not None
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self, path: pathlib.Path, task: dict[str, Any]) -> None:
        text = path.read_text(encoding="utf-8", errors="replace")
        whole = text[: text.rfind("\n") + 1]
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                entry = json.loads(line)
                if number == 1:
                    self._compare(path, entry["task"], task)
                else:
                    self._found[entry["name"]] = entry["found"]
            except (json.JSONDecodeError, KeyError, TypeError):
                raise FormatError(f"{path}: line {number}: expected an entry of a journal, got {line[:60]!r}") from None
        if not whole:
            raise FormatError(f"{path}: expected a journal, got {text[:60]!r}")
        if len(whole) < len(text):  # the last line was cut short: drop it, or the next one would end it
            with open(path, "r+", encoding="utf-8") as file:
                file.truncate(len(whole.encode()))

    @staticmethod
    def _compare(path: pathlib.Path, theirs: dict[str, Any], ours: dict[str, Any]) -> None:
        for name in {**ours, **theirs}:
            if ours.get(name) != theirs.get(name):
                kept, asked = (repr(task.get(name))[:100] for task in (theirs, ours))
                raise FormatError(f"{path}: belongs to another search: expected {name} {asked}, got {kept}")
