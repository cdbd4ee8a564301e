"""Lines on logarithmic axes as a plain SVG file: how a figure grows, without a library."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from markupsafe import escape

_WIDTH: Final = 360
_HEIGHT: Final = 260
_PAD: Final = 52
_COLOURS: Final = ("#1a5fb4", "#c64600", "#26a269", "#813d9c")
Line = Sequence[tuple[float, float]]


def panels(charts: Mapping[str, Mapping[str, Line]], across: str) -> str:
    """Return an SVG with a chart for each title; each has its lines of (x, y) by name."""
    shown = {title: lines for title, lines in charts.items() if any(map(len, lines.values()))}
    width, height = _WIDTH * min(2, len(shown)), _HEIGHT * math.ceil(len(shown) / 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="11">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for number, (title, lines) in enumerate(shown.items()):
        move = f"translate({_WIDTH * (number % 2)},{_HEIGHT * (number // 2)})"
        parts.append(f'<g transform="{move}">{_chart(title, lines, across)}</g>')
    return "\n".join([*parts, "</svg>\n"])


def _chart(title: str, lines: Mapping[str, Line], across: str) -> str:
    points = [(x, y) for line in lines.values() for x, y in line if x > 0 and y > 0]
    xs, ys = _decades(x for x, _ in points), _decades(y for _, y in points)

    def at(x: float, y: float) -> tuple[float, float]:
        right = (math.log10(x) - xs[0]) / (xs[-1] - xs[0])
        up = (math.log10(y) - ys[0]) / (ys[-1] - ys[0])
        return _PAD + right * (_WIDTH - _PAD - 24), _HEIGHT - 40 - up * (_HEIGHT - 78)

    parts = [f'<text x="{_PAD}" y="18" font-weight="bold">{escape(title)}</text>']
    for power in ys:
        x, y = at(10 ** xs[0], 10.0**power)
        parts.append(f'<path d="M{x:.0f} {y:.0f}H{_WIDTH - 24}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{x - 6:.0f}" y="{y + 4:.0f}" text-anchor="end">{_told(power)}</text>'
        )
    for power in xs:
        x, y = at(10.0**power, 10 ** ys[0])
        parts.append(
            f'<text x="{x:.0f}" y="{y + 16:.0f}" text-anchor="middle">{_told(power)}</text>'
        )
    parts.append(_text(_WIDTH / 2, _HEIGHT - 8, across))
    for number, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        drawn = [at(x, y) for x, y in line if x > 0 and y > 0]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in drawn)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in drawn]
        parts.append(
            f'<text x="{_PAD + 8}" y="{36 + 14 * number}" fill="{colour}">{escape(name)}</text>'
        )
    return "".join(parts)


def _text(x: float, y: float, told: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{escape(told)}</text>'


def _decades(values: Iterable[float]) -> range:
    """Return the powers of ten around the values, at least one decade."""
    found = list(values)
    low, high = math.floor(math.log10(min(found))), math.ceil(math.log10(max(found)))
    return range(low, max(high, low + 1) + 1)


def _told(power: int) -> str:
    """Return a power of ten as people write it.

    >>> _told(5), _told(-2)
    ('100,000', '0.01')
    """
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"
