"""Command lines of "-flag value" pairs, as the original word2vec programs read them."""

import math
import sys


class Flags:
    """A command line, looked up as the originals do: the first place where a flag stands counts, be it another's value.

    Unlike there, a value has to be a number from its first to its last character.

    Examples
    --------
    >>> flags = Flags(["-size", "50"])
    >>> flags.integer("-size", 100), flags.integer("-window", 5)
    (50, 5)
    """

    def __init__(self, argv: list[str]) -> None:
        """Take a command line without its first word."""
        self._argv = argv
        self._used: set[int] = set()

    def text(self, flag: str, default: str = "") -> str:
        """The value of a flag."""
        if flag not in self._argv:
            return default
        at = self._argv.index(flag)
        if at + 1 == len(self._argv):
            raise ValueError(f"{flag}: expected a value after it")
        self._used |= {at, at + 1}
        return self._argv[at + 1]

    def path(self, flag: str) -> str:
        """The value of a flag that has to be there."""
        value = self.text(flag)
        if not value:
            raise ValueError(f"{flag}: expected a file name, got none")
        return value

    def integer(self, flag: str, default: int, least: int = -(2**31)) -> int:
        """The value of a flag as a whole number of 32 bits."""
        text = self.text(flag, str(default))
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if not least <= value < 2**31 or "_" in text:  # Python's 1_000 is not a number elsewhere
            raise ValueError(f"{flag}: expected a whole number from {least} to {2**31 - 1}, got {text!r}")
        return value

    def real(self, flag: str, default: float) -> float:
        """The value of a flag as a finite number."""
        text = self.text(flag, str(default))
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or "_" in text:
            raise ValueError(f"{flag}: expected a number, got {text!r}")
        return value

    def warn_unused(self) -> None:
        """Name on standard error what nothing asked for; the originals pass over it in silence."""
        unused = [argument for at, argument in enumerate(self._argv) if at not in self._used]
        if unused:
            print(f"ignored: {' '.join(unused)}", file=sys.stderr)
