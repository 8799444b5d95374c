"""How long messages take from being due until the provider has them, kept in buckets that can be added up."""
from collections import Counter
from collections.abc import Iterable, Mapping

SHORTEST, GROWTH = 0.002, 1.25
LIMITS = [SHORTEST * GROWTH**step for step in range(86)]
"""Where buckets meet, in seconds: from 2 ms to four days, each a quarter more than the last. Bucket 0 lies below the first,
bucket n between limits n - 1 and n. Changing them would make the figures of the last days mean something else."""


def add_up(some: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in some:
        for number, count in one.items():
            total[number] += count
    return total


def percentile(buckets: Mapping[str, int], part: float) -> float | None:
    """Within how many seconds the `part` (0.95) of them had been taken; None where there were none.

    Within a bucket they are taken to lie evenly, so that the answer is at most a quarter off.
    """
    wanted, before = sum(buckets.values()) * part, 0
    if not wanted:
        return None
    for number, count in sorted((int(number), count) for number, count in buckets.items()):
        if before + count >= wanted:
            low = LIMITS[number - 1] if number else 0.0
            high = LIMITS[min(number, len(LIMITS) - 1)]
            return low + (high - low) * (wanted - before) / count
        before += count
    return LIMITS[-1]
