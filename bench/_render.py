"""A benchmark's result as markdown."""

from _common import number, table


def render(result):
    """One benchmark as markdown: a table of what was measured, then the ratios with their bars."""
    rows = [
        [row["name"], *(number(row.get(key)) for key in ("median", "spread", "rate")), row.get("note", "")]
        for row in result["rows"]
    ]
    text = table(["what", result["unit"], "spread", result.get("rate_unit", "rate"), ""], rows)
    ratios = [
        [ratio["name"], *(number(ratio.get(key)) for key in ("value", "low", "high", "bar", "aim"))]
        for ratio in result["ratios"]
    ]
    if ratios:
        text += "\n\n" + table(["ratio", "of medians", "lowest pair", "highest pair", "bar", "aim"], ratios)
    return text
