"""Draws docs/img: speed.svg from the benchmark's results, the others from vectors.

python -m pip install '.[plot]'
python tools/make_figures.py                       from bench/results/train.json
python tools/make_figures.py RESULTS OUTPUT        from elsewhere, to elsewhere (.svg or .png)
python tools/make_figures.py words WIKIPEDIA NOVELS   capitals, similarity and movement from two models of `w2v train`
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "train.json"
FIGURE = ROOT / "docs" / "img" / "speed.svg"

# Panels from left to right: benchmark, the number of a row, its title, digits shown.
PANELS = [
    ("whole", "median", "Text to saved vectors: seconds (shorter is better)", 1),
    ("sg", "rate", "Training alone: million words a second (longer is better)", 2),
]
OURS, THEIRS = "#0072B2", "#BBBBBB"  # told apart by lightness too


def measured(results, benchmark):
    """The rows of a benchmark that have numbers, or none."""
    return [row for row in results.get(benchmark, {}).get("rows", []) if row.get("median")]


def draw_panel(axes, rows, value, title, digits):
    """Horizontal bars in the order of the rows, each with its number."""
    names, values = [row["name"] for row in rows], [row[value] for row in rows]
    colours = [OURS if name.startswith("w2v") else THEIRS for name in names]
    bars = axes.barh(range(len(rows)), values, color=colours, height=0.7)
    axes.bar_label(bars, labels=[f"{number:.{digits}f}" for number in values], padding=4)
    axes.set_yticks(range(len(rows)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, max(values) * 1.15)
    axes.xaxis.set_visible(False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.tick_params(left=False)
    axes.set_title(title, loc="left", fontsize=11)


def caption(results, benchmark):
    """What ran where, in one line."""
    machine = results[benchmark]["machine"]
    text = "5.07 million words, 100 dimensions, window 5, 5 noise words, skip-gram, 1 epoch, 1 thread"
    return f"{text}\n{machine['cpu']}, {machine['compiler']}"


def draw(results, output):
    """Write the figure; ValueError if nothing was measured."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    panels = [panel for panel in PANELS if measured(results, panel[0])]
    if not panels:
        raise ValueError(f"expected results of {' or '.join(name for name, *_ in PANELS)}, got none")
    plt.rcParams.update({"font.size": 10, "svg.fonttype": "none", "svg.hashsalt": "w2v", "font.family": "sans-serif"})
    heights = [len(measured(results, name)) + 0.8 for name, *_ in panels]
    figure, axes = plt.subplots(
        len(panels), figsize=(8, 0.36 * sum(heights) + 0.6), height_ratios=heights, squeeze=False, layout="constrained"
    )
    for place, (name, value, title, digits) in zip(axes[:, 0], panels, strict=True):
        draw_panel(place, measured(results, name), value, title, digits)
    figure.supxlabel(caption(results, panels[0][0]), fontsize=8, color="#555555", x=0.01, ha="left")
    output.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(output, dpi=150, facecolor="white", metadata={"Date": None} if output.suffix == ".svg" else None)


CAPITALS = {
    "france": "paris", "germany": "berlin", "italy": "rome", "spain": "madrid", "russia": "moscow", "japan": "tokyo",
    "china": "beijing", "poland": "warsaw", "greece": "athens", "portugal": "lisbon", "turkey": "ankara",
}  # fmt: skip
SIMILAR = [
    "monday", "friday", "sunday", "london", "paris", "tokyo", "guitar", "violin", "piano", "physics",
    "chemistry", "biology",
]  # fmt: skip
MOVED = ["engagement", "train", "cab", "bank", "stage", "wire", "post"]


def draw_words(wikipedia, novels, folder=FIGURE.parent):
    """The pictures of the guide."""
    import matplotlib

    from w2v import Word2Vec

    new, old = Word2Vec.load(wikipedia).wv, Word2Vec.load(novels).wv
    groups = {"countries": list(CAPITALS), "capitals": list(CAPITALS.values())}
    figures = {
        "capitals": new.plot(groups, pairs=CAPITALS.items()),
        "similarity": new.plot.similarity(SIMILAR),
        "movement": old.plot.movement(new, MOVED, neighbours=3, names=("novels, 1811 to 1927", "Wikipedia, 2015")),
    }
    folder.mkdir(parents=True, exist_ok=True)
    with matplotlib.rc_context({"svg.hashsalt": "w2v"}):
        for name, figure in figures.items():
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
            print(folder / f"{name}.svg")


def main(source=RESULTS, output=FIGURE):
    """Draw, or say in one line why not."""
    source, output = Path(source), Path(output)
    try:
        draw(json.loads(source.read_text(encoding="utf-8")), output)
    except FileNotFoundError:
        sys.exit(f"{source}: not there; run bench/train.py first")
    except ImportError as error:
        sys.exit(f"{error}: pip install 'w2v[plot]'")
    except ValueError as error:
        sys.exit(f"{source}: {error}")
    print(output)


if __name__ == "__main__":
    draw_words(*sys.argv[2:]) if sys.argv[1:2] == ["words"] else main(*sys.argv[1:])
