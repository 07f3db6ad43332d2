"""Presets of several trainings, in w2v train: what cannot go with them, and how they learn."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from w2v.cli.formats import FASTTEXT
from w2v.cli.output import shows_progress
from w2v.cli.settings import NGRAMS, given_settings, on_all_cores
from w2v.cli.texts import source_of
from w2v.cli.watch import Watch
from w2v.presets import ABOUT, ENSEMBLES

if TYPE_CHECKING:
    from w2v.ensembles import Plan, Trained

_ALONE = ("resume", "new_words", "checkpoint", "init_from", "freeze", "vocab", "add_outputs", "ray")


def asks_for_several(options: argparse.Namespace) -> bool:
    """Whether --preset, or --config, names a preset of several trainings."""
    return given_settings(options).get("preset") in ENSEMBLES


def planned(options: argparse.Namespace) -> "Plan":
    """The trainings to come; what contradicts them is refused."""
    from w2v.ensembles import plan

    given = given_settings(options)
    preset = given.pop("preset")
    for name in _ALONE:
        if getattr(options, name) not in (None, False):
            flag = name.replace("_", "-")
            raise ValueError(f"--preset {preset} and --{flag}: expected one of them, for {preset} is several trainings")
    if options.format == FASTTEXT or given.pop("subwords", False) or any(name in given for name in NGRAMS):
        raise ValueError(f"--preset {preset}: expected no --subwords, for the vectors of {preset} have no n-grams")
    return plan(preset, on_all_cores(given), cache=options.cache, cache_dir=options.cache_dir)


def learn(plan: "Plan", options: argparse.Namespace) -> "Trained":
    """Train them all, and make one set of vectors."""
    from w2v.ensembles import train_planned

    if not options.quiet:
        preset = given_settings(options)["preset"]
        print(f"preset {preset}: {ABOUT[preset]} of --preset default", file=sys.stderr)
    progress = shows_progress(options)

    def begin(model: Any) -> None:
        model.build_vocab(**source_of(options.text, options.column), progress=progress)

    def callbacks() -> list[Any]:
        return [Watch(progress)] if options.watch else []

    return train_planned(plan, begin, callbacks, progress)
