"""Medians, and how far the single measurements lay apart."""
from statistics import median, quantiles
from typing import Any

Figures = dict[str, Any]


def figures_of(measured: dict[str, list[float]]) -> Figures:
    """The median of each, and under `spread` the range of the middle half, all to a tenth."""
    kept = {name: values for name, values in measured.items() if values}
    return {name: round(median(values), 1) for name, values in kept.items()} | {
        "spread": {name: _middle_half(values) for name, values in kept.items()}}


def _middle_half(values: list[float]) -> list[float]:
    if len(values) < 2:
        return [round(values[0], 1)] * 2
    low, _, high = quantiles(values, n=4, method="inclusive")
    return [round(low, 1), round(high, 1)]


def lines_of(found: Figures) -> list[str]:
    """A table of the pages, and a line for each other figure, each with its spread."""
    lines = [f"{'':<20}" + "".join(f"{name:>24}" for name in COLUMNS)]
    lines += [f"{route:<20}" + "".join(_cell(page, name) for name in COLUMNS)
              for route, page in {f"static {found['static']['route']}": found["static"], **found["pages"]}.items()]
    for part in ("booking", "events"):
        lines += [f"{part}.{name:<30} {value}" + _range(found[part], name)
                  for name, value in found[part].items() if name != "spread"]
    return lines


COLUMNS = ("cold_ms", "ratio_to_static", "warm_ms", "navigation_ms", "js_kb")


def _cell(page: Figures, name: str) -> str:
    return f"{page[name]:>10}{_range(page, name):<14}" if name in page else f"{'':>24}"


def _range(part: Figures, name: str) -> str:
    low_high = part.get("spread", {}).get(name)
    return f" ({low_high[0]:g}–{low_high[1]:g})" if low_high else ""
