"""The shape of the source tree: imports run downward, private names stay in their folder, pieces stay small."""

import ast
import re
from functools import cache
from graphlib import TopologicalSorter

import pytest
from places import ROOT, TESTS

from w2v import KeyedVectors, Word2Vec

SOURCE = ROOT / "src" / "w2v"
PYTHON = ("src/w2v/**/*.py", "tests/**/*.py", "tools/*.py", "bench/*.py")

# A module imports from its own folder and from the layers before its own; `w2v` is the face of the package.
LAYERS = (
    "_core | errors config callbacks presets | base | inputs | formats | corpus | evaluate compat | ann projection"
    " | vectors mirror reference cuda graphs | postprocess | keyedvectors | subwordvectors"
    " | comparison combining | phrases | training | model | word2vec utils fasttext doc2vec ensembles | _public | w2v"
    " | plot tuning sklearn cluster | explore compare_gensim | cli | __main__"
)
RANK = {name: rank for rank, layer in enumerate(LAYERS.split("|")) for name in layer.split()}
LAZY = {  # inside functions, where a lower module opens the door of a higher one
    ("w2v.keyedvectors", "w2v.plot"),
    ("w2v.model", "w2v.plot"),
    ("w2v.formats", "w2v.keyedvectors"),
    ("w2v.vectors.files", "w2v.subwordvectors"),
}
LONG_FUNCTIONS = {
    "src/w2v/model.py: __init__": "gensim's 27 parameters and ours, one a line",
    "src/w2v/fasttext.py: __init__": "gensim's parameters, one a line",
    "src/w2v/doc2vec.py: __init__": "gensim's parameters, one a line",
    "tests/compat/test_scripts.py: test_the_tutorial_of_word2vec": "a script of users as it stands",
}
DEPTH = {Word2Vec: 3, KeyedVectors: 3}

if not SOURCE.exists():
    pytest.skip("needs the source tree", allow_module_level=True)


@cache
def modules():
    """Syntax tree of every module of the package by its dotted name; that of an __init__ is its folder's name."""
    paths = {path: ".".join(("w2v", *path.relative_to(SOURCE).with_suffix("").parts)) for path in SOURCE.rglob("*.py")}
    return {name.removesuffix(".__init__"): ast.parse(path.read_bytes()) for path, name in paths.items()}


def imports(module):
    """Yield (module, name taken from it or None, name it gets here) for every import of w2v, at any depth."""
    for node in ast.walk(modules()[module]):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None, alias.asname or alias.name) for alias in node.names if "w2v" in alias.name)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: expected absolute imports"
            for alias in node.names if node.module.split(".")[0] == "w2v" else ():
                inner = f"{node.module}.{alias.name}"
                is_module = inner in modules() or inner == "w2v._core"
                yield (inner, None, alias.name) if is_module else (node.module, alias.name, alias.asname or alias.name)


def part(module):
    """The layer's name that a module goes by: that of its folder or top-level file."""
    return module.split(".")[1] if "." in module else module


def is_foreign_and_private(name, module, source):
    return re.match(r"_[^_]", name) and part(module) != part(source) and source != "w2v"


@pytest.mark.parametrize("module", modules())
def test_imports_run_downward(module):
    for source, *_ in imports(module):
        own, other = part(module), part(source)
        downward = own == other or RANK[other] < RANK[own]
        assert downward or (module, source) in LAZY, f"{module} imports {source}"


def test_no_cycles():
    TopologicalSorter({m: {s for s, *_ in imports(m) if (m, s) not in LAZY} for m in modules()}).prepare()


@pytest.mark.parametrize("module", modules())
def test_private_names_stay_in_their_folder(module):
    found = list(imports(module))
    for source, name, _ in found:
        assert not is_foreign_and_private(name or "", module, source), f"{module}: {name} of {source}"
    named = {local: source for source, _, local in found}
    for node in ast.walk(modules()[module]):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in named:
            source = named[node.value.id]
            foreign = is_foreign_and_private(node.attr, module, source)
            assert not foreign, f"{module}: {node.attr} of {source}"


def test_doors_are_documented():
    pages = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("api.md", "architecture.md"))
    doors = [path.stem for path in SOURCE.glob("*.py")]
    assert len(doors) <= 22
    assert [name for name in doors if f"`w2v.{name}`" not in pages and f"`{name}.py`" not in pages] == []


def depth(kind):
    return 0 if kind is object else 1 + max(depth(base) for base in kind.__bases__)


@pytest.mark.parametrize("kind", DEPTH)
def test_bases_are_not_stacked(kind):
    assert depth(kind) <= DEPTH[kind]


def sources(*patterns):
    """Path below the root, and text, of the files that match."""
    paths = [path for pattern in patterns for path in ROOT.glob(pattern) if ".peers" not in path.parts]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


def writes_by_string(tree):
    """Yield the lines where attributes are written through vars(), or where anything is made of locals()."""
    for node in ast.walk(tree):
        inner = getattr(node, "value", None)
        name = inner.func.id if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) else None
        stored = isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)
        changed = isinstance(node, ast.Attribute) and node.attr in ("update", "setdefault", "pop", "clear")
        if (name == "vars" and (stored or changed)) or (isinstance(node, ast.Name) and node.id == "locals"):
            yield node.lineno


def test_no_state_is_written_by_string():
    found = {path for path, text in sources("src/w2v/**/*.py").items() if list(writes_by_string(ast.parse(text)))}
    assert found == set()


def test_test_modules_do_not_import_each_other():
    for path, text in sources("tests/**/*.py").items():
        assert not re.search(r"^\s*(from|import) (tests\b|[\w.]*\btest_)", text, re.MULTILINE), path


def test_tests_are_in_folders_like_the_package():
    folders = {path.parent.relative_to(TESTS).parts[0] for path in TESTS.rglob("test_*.py") if path.parent != TESTS}
    assert [name for name in folders - {"oracles"} if not (SOURCE / name).is_dir()] == []


def test_files_are_short():
    texts = sources(*PYTHON, "src/w2v/**/*.p[xy]?", "src/w2v/c/**/*.[ch]")
    assert [path for path, text in texts.items() if text.count("\n") > 400] == []


def test_functions_are_short():
    """Without the docstring, at most 40 lines."""
    found = set()
    for path, text in sources(*PYTHON).items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                first = node.body[0]
                documented = ast.get_docstring(node, clean=False) is not None
                length = node.end_lineno - node.lineno - documented * (first.end_lineno - first.lineno + 1) + 1
                if length > 40:
                    found.add(f"{path}: {node.name}")
    assert found == set(LONG_FUNCTIONS)
