"""Charts of the report as inline SVG: no library, no script, sharp in print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from eval.compare import LOWER_IS_BETTER

_LABEL, _BAR, _ROW = 190, 360, 24


def bars(
    values: Mapping[str, float | None],
    intervals: Mapping[str, Sequence[float]],
    label: Callable[[str], str],
) -> Markup:
    """Return horizontal bars from 0 to 1, with their 95 % intervals as whiskers."""
    shown = [(name, value) for name, value in values.items() if value is not None]
    height = _ROW * len(shown) + 8
    parts = [
        f'<svg class="bars" direction="ltr" viewBox="0 0 {_LABEL + _BAR + 70} {height}" role="img"'
        f' aria-label="measures with 95 % intervals">'
    ]
    for place, (name, value) in enumerate(shown):
        y = place * _ROW + 6
        middle = y + 8
        kind = "low" if name in LOWER_IS_BETTER else "bar"
        parts.append(Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(
            _LABEL - 8, y + 12, label(name)
        ))  # fmt: skip
        parts.append(
            f'<rect class="track" x="{_LABEL}" y="{y}" width="{_BAR}" height="16"/>'
            f'<rect class="{kind}" x="{_LABEL}" y="{y}" width="{_BAR * value:.1f}" height="16"/>'
        )
        if name in intervals:
            low, high = (_LABEL + _BAR * bound for bound in intervals[name])
            parts.append(
                f'<path class="whisker" d="M{low:.1f} {middle}H{high:.1f}'
                f'M{low:.1f} {middle - 4}v8M{high:.1f} {middle - 4}v8"/>'
            )
        parts.append(f'<text x="{_LABEL + _BAR + 8}" y="{y + 12}">{100 * value:.1f} %</text>')
    return Markup("".join([*parts, "</svg>"]))


def reliability_curve(bins: Sequence[Mapping[str, Any]], label: str) -> Markup:
    """Return how often articles do answer, by confidence; the diagonal is perfect calibration."""
    size, pad = 260, 36
    most = max((b["count"] for b in bins), default=1)

    def at(x: float, y: float) -> tuple[float, float]:
        return pad + x * size, pad / 2 + (1 - y) * size

    zero, one = at(0, 0), at(1, 1)
    parts = [
        f'<svg class="curve" direction="ltr" role="img"'
        f' viewBox="0 0 {size + 2 * pad} {size + 2 * pad}"'
        f' aria-label="reliability of the confidence">'
        f'<rect class="track" x="{pad}" y="{pad / 2}" width="{size}" height="{size}"/>'
        f'<path class="diagonal" d="M{zero[0]} {zero[1]}L{one[0]} {one[1]}"/>'
    ]
    points = [at(b["confidence"], b["share"]) for b in bins]
    if points:
        parts.append(f'<path class="line" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in points)}"/>')
    for b, (x, y) in zip(bins, points, strict=True):
        radius = 3 + 6 * (b["count"] / most) ** 0.5
        told = f"{b['count']} questions, confidence {b['confidence']:.2f}, share {b['share']:.2f}"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"><title>{told}</title></circle>'
        )
    for tick in (0.0, 0.5, 1.0):
        (x, bottom), (left, y) = at(tick, 0), at(0, tick)
        parts.append(f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{tick:g}</text>')
    parts.append(
        Markup('<text x="{}" y="{}" text-anchor="middle">{}</text></svg>').format(
            pad + size / 2, size + pad * 1.5, label
        )
    )
    return Markup("".join(parts))
