"""Draws docs/img: speed.svg from the results of the benchmarks, the others from vectors.

python -m pip install '.[plot]'
python tools/make_figures.py                          from bench/results/threads.json, and cuda.json if it is there
python tools/make_figures.py RESULTS OUTPUT           from another folder, to another file (.svg or .png)
python tools/make_figures.py words WIKIPEDIA NOVELS   capitals, similarity and movement from two models of `w2v train`
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
FIGURE = ROOT / "docs" / "img" / "speed.svg"
CASE = {"architecture": "skip-gram", "size": 100, "sample": 0.001}  # of all that threads.json has
ROWS = {"w2v": "w2v", "gensim corpus_file": "gensim", "word2vec.c, whole job": "word2vec.c"}  # from top to bottom
OURS, THEIRS = "#0072B2", "#777777"  # told apart by lightness too


def read(folder, name):
    """A benchmark's results, or none."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def measured(folder):
    """Rows from top to bottom: name, and million words a second by what they ran on."""
    speed = [row for row in read(folder, "threads").get("speed", []) if CASE.items() <= row.items() and row["rate"]]
    cards = read(folder, "cuda").get("speed", {}).get("rows", [])
    rows = [("w2v on a card", {"": row["rate"]}) for row in cards if row["name"] == "skip-gram, d=100, card"]
    for name, title in ROWS.items():
        rates = {str(row["threads"]): row["rate"] / 1e6 for row in speed if row["program"] == name}
        rows += [(title, rates)] if rates else []
    return rows


def draw_row(axes, y, title, rates):
    """A point for each number of threads, which stands above it; the best rate stands at the right."""
    colour = OURS if title.startswith("w2v") else THEIRS
    axes.plot(list(rates.values()), [y] * len(rates), color=colour, marker="o", markersize=7, linewidth=3)
    for threads, rate in rates.items():
        axes.annotate(threads, (rate, y), (0, 7), textcoords="offset points", ha="center", fontsize=8, color=colour)
    best = max(rates.values())
    axes.annotate(f"{best:.3g}", (best, y), (9, 0), textcoords="offset points", va="center", color=colour)


def draw(folder, output):
    """Write the figure; ValueError if nothing was measured."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    rows = measured(folder)
    if not rows:
        raise ValueError("expected threads.json with words a second of bench/threads.py")
    plt.rcParams.update({"font.size": 10, "svg.fonttype": "none", "svg.hashsalt": "w2v", "font.family": "sans-serif"})
    figure, axes = plt.subplots(figsize=(8, 0.55 * len(rows) + 1.3), layout="constrained")
    for y, (title, rates) in enumerate(rows):
        draw_row(axes, y, title, rates)
    rates = [rate for _, found in rows for rate in found.values()]
    axes.set(xscale="log", xlim=(min(rates) / 1.5, max(rates) * 2), ylim=(len(rows) - 0.5, -0.6))
    axes.set_xlabel("million words a second, each step ten times the one before; above the points: threads")
    axes.set_yticks(range(len(rows)), [title for title, _ in rows])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(axis="x", color="#dddddd")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(left=False)
    machine = read(folder, "threads")["machine"]
    text = "5.07 million words, skip-gram, 100 dimensions, window 5; word2vec.c reads the text while it trains"
    figure.supxlabel(f"{text}; {machine['cpu']}", fontsize=8, color="#555555", x=0.01, ha="left")
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
    try:
        draw(Path(source), Path(output))
    except ImportError as error:
        sys.exit(f"{error}: pip install 'w2v[plot]'")
    except ValueError as error:
        sys.exit(f"{source}: {error}")
    print(output)


if __name__ == "__main__":
    draw_words(*sys.argv[2:]) if sys.argv[1:2] == ["words"] else main(*sys.argv[1:])
