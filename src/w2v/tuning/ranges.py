"""What is tried: a range for each setting, and points that are spread evenly over all of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Range:
    """The values of a setting from `low` to `high`, both of them in.

    Parameters
    ----------
    low, high : float
    whole : bool
        Whole numbers only.
    log : bool
        Spread evenly by ratio, not by difference: as many between 1e-5 and 1e-4 as between 1e-4 and 1e-3.

    Examples
    --------
    >>> Range(1, 16, whole=True, log=True).at(0.5), Range(0, 1).at(0.25)
    (4, 0.25)
    """

    low: float
    high: float
    whole: bool = False
    log: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise ValueError(f"range: expected two finite numbers, the lower one first, got {self.low}, {self.high}")
        if self.log and self.low <= 0:
            raise ValueError(f"range: expected a number above 0 where ratios count, got {self.low}")

    def at(self, place: float) -> float:
        """The value at a place between 0 (low) and 1 (high); three digits are enough for any setting."""
        if self.log:
            value = math.exp(math.log(self.low) + place * math.log(self.high / self.low))
        else:
            value = self.low + place * (self.high - self.low)
        if self.whole:
            return int(min(max(round(value), math.ceil(self.low)), math.floor(self.high)))
        return min(max(float(f"{value:.3g}"), self.low), self.high)


#: Ranges by what the corpus is. "text" lies around what Levy, Goldberg and Dagan (2015) tried for words, with learning
#: rates and epochs for small corpora, too; "items" is for baskets, sessions and walks, where other exponents of the
#: noise distribution, negative ones too, heavier thinning and many more epochs often win (Caselles-Dupré, Lesaint and
#: Royo-Letelier 2018; Chamberlain et al. 2020).
RANGES: dict[str, dict[str, Range]] = {
    "text": {
        "window": Range(2, 15, whole=True, log=True),
        "negative": Range(3, 20, whole=True, log=True),
        "ns_exponent": Range(0.25, 1.0),
        "sample": Range(1e-5, 1e-2, log=True),
        "alpha": Range(0.01, 0.1, log=True),
        "epochs": Range(3, 30, whole=True, log=True),
    },
    "items": {
        "window": Range(2, 50, whole=True, log=True),
        "negative": Range(3, 50, whole=True, log=True),
        "ns_exponent": Range(-1.0, 1.0),
        "sample": Range(1e-5, 1e-1, log=True),
        "alpha": Range(0.01, 0.25, log=True),
        "epochs": Range(5, 150, whole=True, log=True),
    },
}


def candidates(ranges: Mapping[str, Range], count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Points spread over all ranges, by a Latin hypercube (McKay, Beckman and Conover 1979).

    Each range is cut into `count` parts, and every part has exactly one of the points: with 27 points each setting is
    tried at 27 values, where a grid over six settings would try 2 of each with 64 points.

    Parameters
    ----------
    ranges : mapping of setting -> Range
    count : int
    seed : int

    Returns
    -------
    list of dict

    Examples
    --------
    >>> sorted(point["window"] for point in candidates({"window": Range(1, 4, whole=True)}, 4))
    [1, 2, 3, 4]
    """
    generator = np.random.default_rng(seed)
    places = {name: (generator.permutation(count) + generator.random(count)) / count for name in ranges}
    return [{name: one.at(float(places[name][i])) for name, one in ranges.items()} for i in range(count)]
