"""What a run has come to: from the rows, and from what the provider remembers."""
from collections import Counter
from dataclasses import dataclass
from typing import Any

from benchmarks.sms.stand import Stand

ENDS = "SELECT tenant_id || '.' || id, urgency, status, repeats FROM text_message WHERE attempts > 0 OR urgency <> 'bulk'"


@dataclass(frozen=True)
class Figures:
    """`urgent_ms`: from commit to the provider's acceptance. `lost`: promised and neither taken by the provider nor given up
    for a reason that its row names. `doubled`: taken twice. `unknown`: left to a person. `cpu_ms`: processor time a message.
    """

    urgent_ms: dict[str, float]
    urgent: int
    bulk_per_s: float
    suppressed: int
    lost: int
    doubled: int
    unknown: int
    most_in_window: int
    cpu_ms: float
    settled: bool
    failed_requests: int


def figures(stand: Stand, told: dict[str, Any], *, bulk_per_s: float, cpu_ms: float, most: int, settled: bool) -> Figures:
    accepted, rows = stand.accepted(), stand.sql(ENDS)
    urgent = sorted((accepted[key][0] - at) * 1000 for key, at in told["committed"].items() if key in accepted)
    ends = Counter(status for _, _, status, _ in rows)
    kept = {key: status for key, _, status, _ in rows}
    lost = [key for key in {*kept, *told["committed"]} if _is_lost(kept.get(key, ""), key in accepted)]
    return Figures(
        urgent_ms={f"p{share}": round(percentile(urgent, share), 1) for share in (50, 95, 99)}, urgent=len(urgent),
        bulk_per_s=round(bulk_per_s, 1), suppressed=sum(repeats for *_, repeats in rows), lost=len(lost),
        doubled=sum(len(times) > 1 for times in accepted.values()), unknown=ends["unknown"], most_in_window=most,
        cpu_ms=round(cpu_ms, 2), settled=settled,
        failed_requests=sum(count for name, count in told["answers"].items() if name not in ("asked", "suppressed")),
    )


def _is_lost(status: str, taken: bool) -> bool:
    """No row, one that never came to an end, or one that says sent and isn't."""
    return status in ("", "waiting", "sending") or (status in ("accepted", "sent", "delivered") and not taken)


def percentile(values: list[float], share: int) -> float:
    return values[min(len(values) - 1, len(values) * share // 100)] if values else float("nan")
