"""Draw bench/results as bars, for the site's page of benchmarks: `python tools/draw_results.py FOLDER`."""

import json
import sys
from pathlib import Path
from typing import Any

from make_figures import OURS, RESULTS, THEIRS

PEERS = ("gensim", "word2vec.c", "fastText", "full", "plain")  # how the names of what we compare with begin


def drawable(result: Any) -> bool:
    """Say whether a result has several rows with numbers in the same unit, and is no score in words."""
    rows = result.get("rows", []) if isinstance(result, dict) else []
    return len(rows) > 1 and all(isinstance(row.get("median"), (int, float)) for row in rows)


def draw(result: dict[str, Any], path: Path) -> None:
    """Write a picture with a bar for each row, and its number; the shorter, the better."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    rows = result["rows"]
    names, values = [row["name"] for row in rows], [row["median"] for row in rows]
    with plt.rc_context({"font.size": 10, "svg.fonttype": "none", "svg.hashsalt": "w2v", "font.family": "sans-serif"}):
        figure, axes = plt.subplots(figsize=(8, 0.36 * len(rows) + 0.6), layout="constrained")
        colours = [THEIRS if name.startswith(PEERS) else OURS for name in names]
        bars = axes.barh(range(len(rows)), values, color=colours, height=0.7)
        axes.bar_label(bars, labels=[f"{value:.3g}" for value in values], padding=4)
        axes.set_yticks(range(len(rows)), names)
        axes.invert_yaxis()
        axes.set_xlim(0, max(values) * 1.15)
        axes.xaxis.set_visible(False)
        axes.spines[["top", "right", "bottom"]].set_visible(False)
        axes.tick_params(left=False)
        axes.set_title(f"{result['title']}: {result['unit']}", loc="left", fontsize=11)
        figure.savefig(path, facecolor="white", metadata={"Date": None})
        plt.close(figure)


def draw_all(folder: Path, results: Path = RESULTS) -> list[str]:
    """Draw all that can be drawn; return the names under which it stands in bench/README.md."""
    names = []
    for file in sorted(results.glob("*.json")):
        for name, result in json.loads(file.read_text(encoding="utf-8")).items():
            if drawable(result):
                draw(result, folder / f"bench-{name}.svg")
                names.append(name)
    return names


if __name__ == "__main__":
    print(*draw_all(Path(sys.argv[1])))
