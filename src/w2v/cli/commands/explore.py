"""w2v explore: a local page to look around in vectors."""

import argparse
import os
import sys
from typing import Any

from w2v.cli.options import Commands, add_command, add_file, number
from w2v.cli.streams import STANDARD


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "explore",
        run,
        "Serve a page to look around in vectors: search, neighbours, analogies, a map, what sets two models apart. "
        "It is for this machine alone, unless --host says otherwise.",
        ["w2v explore vectors.w2v --open", "w2v explore new.w2v old.w2v --save-map /tmp/new.map"],
    )
    add_file(parser)
    parser.add_argument("other", metavar="OTHER", nargs="?", help="another model, to compare with")
    text = "how to lay out the map (default: tsne)"
    parser.add_argument("--map", choices=["tsne", "umap", "pca"], default="tsne", help=text)
    text = "where the first model's map is kept, once it is computed (default: beside FILE, with .map at its end)"
    parser.add_argument("--save-map", metavar="FILE", help=text)
    parser.add_argument("--port", type=number(int, 0, 65535), metavar="N", help="default: 8765, or any that is free")
    text = "address to listen at; whoever comes from elsewhere needs the token that is printed (default: 127.0.0.1)"
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help=text)
    parser.add_argument("--open", action="store_true", help="open the page in a browser")


def run(options: argparse.Namespace) -> None:
    """Serve the page until Ctrl-C."""
    from w2v.base.files import check_writable
    from w2v.cli.vectors import load
    from w2v.explore.server import serve

    if options.save_map:
        check_writable(options.save_map)
    paths = [path for path in (options.file, options.other) if path]
    names = [os.path.basename(path) for path in paths]
    models = {name if names.count(name) == 1 else path: load(path) for name, path in zip(names, paths, strict=True)}
    saved = [_beside(path) for path in paths]
    if options.save_map:
        saved[0] = options.save_map

    def ready(address: str) -> None:
        print(address, flush=True)
        print("Ctrl-C ends it", file=sys.stderr)
        if options.open:
            _open(address)

    served: dict[str, Any] = {"host": options.host, "port": options.port, "layout": options.map, "saved": saved}
    serve(models, ready=ready, **served)


def _beside(path: str) -> str | None:
    """Where the map of a file is kept, unless something else has that name."""
    from w2v.explore.saved import is_map

    name = f"{path.rstrip('/')}.map"
    return None if path == STANDARD or (os.path.lexists(name) and not is_map(name)) else name


def _open(address: str) -> None:
    import webbrowser

    if not webbrowser.open(address):
        print("no browser was found: open this address in one", file=sys.stderr)
