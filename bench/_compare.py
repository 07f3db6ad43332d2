"""From repeated measurements to the rows and ratios of a result."""

from _common import alternate, median, spread


def compare(variants, repetitions):
    """Measure all variants alternately; returns a list of rows, one a variant, in that order."""
    return [
        {
            "name": name,
            "values": values,
            "median": median(values),
            "spread": spread(values),
            "note": "" if values else "not installed",
        }
        for name, values in alternate(variants, repetitions).items()
    ]


def add_rate(rows, amount):
    """Give every row its rate: amount (words, megabytes) per second."""
    for row in rows:
        row["rate"] = amount / row["median"] if row["median"] else None


def fastest(rows, names):
    """The row with the lowest median among those named, or None if none was measured."""
    measured = [row for row in rows if row["name"] in names and row["median"] is not None]
    return min(measured, key=lambda row: row["median"], default=None)


def ratio(name, slow, fast):
    """How many times `slow` takes what `fast` takes: of the medians, and the extremes among runs made side by side.

    Returns a list of one ratio, or an empty one if either row was not measured.
    """
    if not (slow and fast and slow["values"] and fast["values"]):
        return []
    pairs = [s / f for s, f in zip(slow["values"], fast["values"], strict=True)]
    value = slow["median"] / fast["median"]
    return [{"name": name, "value": value, "low": min(pairs), "high": max(pairs)}]
