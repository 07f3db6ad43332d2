"""The command line."""

from w2v.cli.program import main

__all__ = ["main"]
