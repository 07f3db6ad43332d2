"""The original word2vec programs: downloaded, built with strict floating point, and run beside ours."""

import filecmp
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

FLAGS = ("-O2", "-ffp-contract=off", "-fno-tree-vectorize", "-w")
# word2phrase fills a hash table of 2 GB on every run. Its size shows only when it fills up, which no text here does.
SMALLER = {"word2phrase": 5_000_000}


class Originals:
    """The original programs, downloaded, and built when they are first asked for."""

    def __init__(self, folder):
        self.folder = folder
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "word2vec==0.11.1"]
        subprocess.run(pip, cwd=folder, check=True, capture_output=True)
        with tarfile.open(folder / "word2vec-0.11.1.tar.gz") as archive:
            for member in archive.getmembers():
                if member.isfile() and re.fullmatch(r"word2vec-0\.11\.1/word2vec/includes/[\w-]+\.c", member.name):
                    (folder / Path(member.name).name).write_bytes(archive.extractfile(member).read())

    def command(self, command):
        """The command line for a list of program and arguments. -hash-size is none of the originals' flags: it is a
        constant in their source."""
        program, *arguments = command
        size = SMALLER.get(program)
        if "-hash-size" in arguments:
            at = arguments.index("-hash-size")
            size = int(arguments[at + 1])
            del arguments[at : at + 2]
        binary = self.folder / (f"{program}-{size}" if size else program)
        if not binary.exists():
            self._build(self.folder / f"{program}.c", binary, size)
        return [str(binary), *arguments]

    def _build(self, source, binary, size):
        text = source.read_text()
        if size:
            text, found = re.subn(r"(vocab_hash_size = )\d+;", rf"\g<1>{size};", text)
            assert found == 1, source
        patched = binary.with_name(binary.name + ".patched.c")
        patched.write_text(text)
        subprocess.run(["gcc", *FLAGS, "-o", binary, patched, "-lm", "-pthread"], check=True)


def ours(command):
    """The same command of this package."""
    return [sys.executable, "-m", "w2v", *command]


def execute(command, folder, stdin, stdout):
    """Run a command in a folder, standard input and output being files there."""
    with open(os.devnull if stdin == "-" else folder / stdin, "rb") as source, open(folder / stdout, "wb") as target:
        subprocess.run(command, cwd=folder, stdin=source, stdout=target, check=True, timeout=600)


def differences(left, right):
    """Names of files that are not the same in both folders."""
    names = {path.name for folder in (left, right) for path in folder.iterdir()}
    _, different, missing = filecmp.cmpfiles(left, right, names, shallow=False)
    return sorted(different + missing)
