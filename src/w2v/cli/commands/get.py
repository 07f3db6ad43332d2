"""w2v get: vectors from the Hugging Face hub."""

import argparse

from w2v.cli.formats import FOLDERS, add_format, format_to_write
from w2v.cli.options import Commands, add_command, number
from w2v.cli.output import waiting
from w2v.cli.streams import check_output, output_path


def add(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(
        commands,
        "get",
        run,
        "Download vectors from a repository of the Hugging Face hub, in whatever format they are there, and write them "
        'to a file. Needs pip install "w2v[hub]". For private repositories, the variable HF_TOKEN has your token.',
        [
            "w2v get fse/glove-wiki-gigaword-100",
            "w2v get fse/word2vec-google-news-300 -o news.w2v --limit 200000",
            "w2v get owner/name --file vectors.bin -o vectors.txt",
        ],
    )
    parser.add_argument("repository", metavar="OWNER/NAME", help="the repository")
    parser.add_argument("-o", "--output", metavar="FILE", help="default: NAME.w2v in this folder")
    parser.add_argument("--file", metavar="NAME", help="its file with the vectors, if it has several")
    parser.add_argument("--revision", metavar="NAME", help="a branch, tag or commit (default: main)")
    parser.add_argument("--limit", type=number(int, 1), metavar="N", help="only the first so many words")
    add_format(parser)


def run(options: argparse.Namespace) -> None:
    """Download, read and write."""
    from w2v import formats
    from w2v.vectors.hub import download

    output = options.output or f"{options.repository.rpartition('/')[2]}.w2v"
    kind = format_to_write(output, options.format)
    if kind not in FOLDERS:
        check_output(output)
    with waiting(f"downloading {options.repository}"):
        path = download(options.repository, options.file, revision=options.revision)
    with waiting(f"reading {path}"):
        vectors = formats.load(path, limit=options.limit)
    with output_path(output) as target, waiting(f"writing {output}"):
        formats.save(vectors, target, kind)
