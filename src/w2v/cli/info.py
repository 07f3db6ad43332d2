"""w2v info: what a file holds."""

import argparse
from typing import Any

from w2v.cli.options import Commands, add_command, add_file
from w2v.cli.output import add_json, print_facts


def add(commands: Commands) -> None:
    """Add the command."""
    examples = ["w2v info vectors.w2v", "w2v info GoogleNews-vectors-negative300.bin.gz --json"]
    parser = add_command(commands, "info", run, "Print what FILE holds.", examples)
    add_file(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> None:
    """Print what a file holds."""
    from w2v.cli.vectors import load
    from w2v.formats.detect import detect_format
    from w2v.formats.native import load_settings

    kind = detect_format(options.file)
    vectors = load(options.file)
    facts: dict[str, Any] = {"format": kind, "words": len(vectors), "vector_size": vectors.vector_size}
    facts["first words"] = vectors.index_to_key[:8]
    if kind == "native":
        if "count" in vectors.expandos:
            facts["total count"] = int(vectors.expandos["count"].sum())
        facts |= sorted(setting for setting in load_settings(options.file).items() if setting[0] != "vector_size")
    print_facts(options, facts)
