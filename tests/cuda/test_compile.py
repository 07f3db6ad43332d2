"""The kernels compile for cards of every age, by NVIDIA's compiler where it is installed; no card is needed."""

import pytest
from places import ROOT

from w2v import DeviceError
from w2v.cuda import program
from w2v.cuda.job import shape_of
from w2v.cuda.program import compiled, read_sources, target_of

SHAPES = {
    "100": shape_of(100, 6, 10, False),
    "100, 11 outputs": shape_of(100, 11, 10, False),
    "300": shape_of(300, 6, 10, False),
    "1,024": shape_of(1024, 6, 10, False),
    "1,024, 65 outputs": shape_of(1024, 65, 10, False),
}


@pytest.fixture
def compiler(tmp_path, monkeypatch):
    """The compiler's bindings, and a folder of kept code that is empty."""
    try:
        program.compiler_version()
    except ImportError as error:
        pytest.skip(f"no CUDA compiler: {error}")
    monkeypatch.setenv("W2V_CACHE", str(tmp_path))
    return tmp_path / "kernels"


@pytest.mark.parametrize("capability", [(7, 0), (7, 5), (8, 0), (8, 9), (9, 0), (10, 0), (12, 0)], ids=str)
def test_kernels_compile_for_cards_of_every_age(capability, compiler):
    code = compiled(capability, SHAPES["100"].macros)
    assert code.startswith(b"\x7fELF")
    for name in ("downsample", "skipgram", "cbow", "pairs"):
        assert b".text." + name.encode() + b"\0" in code


@pytest.mark.parametrize("shape", SHAPES)
def test_kernels_compile_in_every_shape(shape, compiler):
    assert compiled((8, 0), SHAPES[shape].macros).startswith(b"\x7fELF")


def test_the_benchmark_s_kernel_compiles(compiler):
    source = ROOT / "bench" / "row_rate.cu"
    if not source.exists():
        pytest.skip("bench/ is not part of an installed package")
    code = compiled((9, 0), SHAPES["300"].macros, {"kernels.cu": source.read_text(encoding="utf-8")})
    assert b".text.touch_rows\0" in code


def test_a_card_newer_than_the_compiler_gets_ptx(compiler):
    code = compiled((99, 0), SHAPES["100"].macros)
    assert b".visible .entry skipgram(" in code
    assert code.endswith(b"\0")  # as the driver wants text
    assert b"red.relaxed.gpu.global.add.v4.f32" in code
    assert compiled((99, 0), SHAPES["100"].macros) == code


def test_code_is_kept(compiler, monkeypatch):
    code = compiled((9, 0), SHAPES["100"].macros)
    [place] = compiler.iterdir()
    monkeypatch.setattr(program, "_compile", lambda *about: pytest.fail("compiled again"))
    assert compiled((9, 0), SHAPES["100"].macros) == code
    place.write_bytes(b"damaged")
    assert compiled((9, 0), SHAPES["100"].macros) == b"damaged"
    monkeypatch.undo()
    monkeypatch.setenv("W2V_CACHE", str(compiler.parent))
    assert compiled((9, 0), SHAPES["100"].macros, anew=True) == code
    assert place.read_bytes() == code


def test_source_that_does_not_compile(compiler):
    with pytest.raises(RuntimeError, match=r"the kernels do not compile \(.*sm_90"):
        compiled((9, 0), {"VECTORS": 1})


def test_a_compiler_that_is_too_new_for_a_card(monkeypatch):
    monkeypatch.setattr(program, "compiler_version", lambda: "13.0")
    with pytest.raises(DeviceError, match=r"compute capability 7.5 or later, which the compiler 13.0 knows, got 7.0"):
        target_of((7, 0), [75, 80, 90])


def test_the_sources_are_those_of_the_folder():
    assert set(read_sources()) == {path.name for path in (ROOT / "src" / "w2v" / "cuda" / "source").iterdir()}
