"""How many warps may train at once, and how much they are given at a time."""

# Warps at once, at most: more train on rows that are too old. Measured on 17 million words: 2,112 at alpha 0.025 are as
# good as one, at 0.05 no more than a quarter of them are. Smaller corpora and vocabularies meet the same rows sooner.
_WARPS_TIMES_ALPHA_SQUARED = 2112 * 0.025**2
_TOKENS_A_WARP, _WORDS_A_WARP = 8000, 32
_AT_A_TIME = 1 << 12  # words a warp that take 10 to 20 milliseconds, with `_WORK` a word
_WORK = 6 * 6 * 25  # contexts, outputs and float4s of a row: window 5, 5 noise words, 100 dimensions
_LEAST, _MOST = 1 << 12, 1 << 24  # words of a part
_SENTENCES_A_WARP = 4


def warps_for(alpha: float, n_tokens: int, n_words: int) -> int:
    """Return how many warps may train at once without a loss of quality.

    Parameters
    ----------
    alpha : float
        The learning rate at the beginning.
    n_tokens : int
        Words of the corpus, or pairs.
    n_words : int
        Words of the vocabulary.

    Examples
    --------
    >>> warps_for(0.025, 17_000_000, 70_000), warps_for(0.05, 17_000_000, 70_000), warps_for(0.025, 100_000, 5_000)
    (2112, 528, 12)
    """
    by_rate = _WARPS_TIMES_ALPHA_SQUARED / max(alpha, 1e-4) ** 2
    return max(1, int(min(by_rate + 0.5, n_tokens / _TOKENS_A_WARP, n_words / _WORDS_A_WARP)))


def part_size(warps: int, contexts: int, outputs: int, size4: int, sentence: float) -> int:
    """Return how many words are given to so many warps at a time.

    So few that Ctrl-C is answered and a screen on the card does not freeze, but some sentences for every warp.

    Parameters
    ----------
    warps, contexts, outputs, size4 : int
        `contexts` and `outputs` of a centre; `size4`: float4s of a row.
    sentence : float
        Words of a sentence, on average.

    Examples
    --------
    >>> part_size(2112, 6, 6, 25, 20), part_size(2112, 6, 6, 25, 10_000), part_size(1, 200, 6, 256, 20)
    (8650752, 16777216, 4096)
    """
    work = max(1.0, contexts * outputs * size4 / _WORK)
    return int(min(_MOST, max(_LEAST, warps * _AT_A_TIME / work, warps * _SENTENCES_A_WARP * sentence)))
