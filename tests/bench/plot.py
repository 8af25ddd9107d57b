"""A plot of cost against apps, both axes logarithmic, as an SVG that is written by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

# A panel is a title and its series: name -> points (apps, value).
Series = Mapping[str, Sequence[tuple[float, float]]]

_COLOURS = ("#1f4e9c", "#4c9be8", "#888888", "#c0392b", "#e08e0b")
_DASHED = "bound"
_WIDTH, _HEIGHT = 330, 300
_LEFT, _TOP, _BOTTOM = 52, 34, 30
_LEGEND = 30


def plot(panels: Mapping[str, Series]) -> str:
    """plot draws the panels side by side, and one legend for all."""
    names = list(dict.fromkeys(name for series in panels.values() for name in series))
    width, height = len(panels) * _WIDTH, _HEIGHT + _LEGEND
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="11">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
    ]
    for number, (title, series) in enumerate(panels.items()):
        parts += _panel(number * _WIDTH, title, series, names)
    parts += _legend(names)
    return "\n".join([*parts, "</svg>\n"])


class _Axis:
    """_Axis maps a range of values, widened to whole decades, to a range of pixels."""

    def __init__(self, values: Sequence[float], start: float, end: float):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        return self.start + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    def decades(self) -> list[float]:
        return [10.0**exponent for exponent in range(self.low, self.high + 1)]


def _panel(left: float, title: str, series: Series, names: list[str]) -> list[str]:
    points = [point for line in series.values() for point in line if point[1] > 0]
    x = _Axis([apps for apps, _ in points], left + _LEFT, left + _WIDTH - 14)
    y = _Axis([value for _, value in points], _HEIGHT - _BOTTOM, _TOP)
    parts = [f'<text x="{left + _LEFT}" y="{_TOP - 14}" font-weight="bold">{escape(title)}</text>']
    for value in x.decades():
        at = x.at(value)
        parts.append(f'<line x1="{at:.1f}" y1="{y.start}" x2="{at:.1f}" y2="{y.end}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{at:.1f}" y="{y.start + 16}" text-anchor="middle">{value:,.0f}</text>')
    for value in y.decades():
        at = y.at(value)
        parts.append(f'<line x1="{x.start}" y1="{at:.1f}" x2="{x.end}" y2="{at:.1f}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{x.start - 6}" y="{at + 4:.1f}" text-anchor="end">{value:,g}</text>')
    for name, line in series.items():
        parts += _line([(x.at(apps), y.at(value)) for apps, value in line if value > 0], _colour(name, names), name)
    return parts


def _line(points: list[tuple[float, float]], colour: str, name: str) -> list[str]:
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = ' stroke-dasharray="4 3"' if _DASHED in name else ""
    marks = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in points]
    return [f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>', *marks]


def _legend(names: list[str]) -> list[str]:
    parts = []
    step = 150
    for number, name in enumerate(names):
        left = _LEFT + number * step
        parts += _line([(left, _HEIGHT + 14), (left + 22, _HEIGHT + 14)], _colour(name, names), name)
        parts.append(f'<text x="{left + 28}" y="{_HEIGHT + 18}">{escape(name)}</text>')
    return parts


def _colour(name: str, names: list[str]) -> str:
    return _COLOURS[names.index(name) % len(_COLOURS)]
