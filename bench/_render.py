"""A benchmark's result as markdown."""

from _common import number, table


def render(result):
    """One benchmark as markdown: a table of what was measured, then the ratios."""
    rows = [
        [row["name"], *(number(row.get(key)) for key in ("median", "spread", "rate")), row.get("note", "")]
        for row in result["rows"]
    ]
    text = table(["what", result["unit"], "spread", result.get("rate_unit", "rate"), ""], rows)
    ratios = [
        [ratio["name"], *(number(ratio.get(key)) for key in ("value", "low", "high"))] for ratio in result["ratios"]
    ]
    if ratios:
        text += "\n\n" + table(["ratio", "of medians", "lowest pair", "highest pair"], ratios)
    return text


def render_front(result):
    """One benchmark as the front page shows it: the time of each program, and how many times that of the fastest."""
    fastest = min(row["median"] for row in result["rows"])
    rows = [[row["name"], number(row["median"]), number(row["median"] / fastest)] for row in result["rows"]]
    return table(["program", result["unit"], "times the fastest"], rows)
