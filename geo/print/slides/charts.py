"""Native charts: amounts or counts by axis, progress by status."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_PATTERN
from pptx.slide import Slide
from pptx.util import Pt

from geo.content import Stat
from geo.content.style import STATUS_COLOURS
from geo.print.points import UNKNOWN
from geo.print.slides import grid, native

_DATA: Any = CategoryChartData  # it has no types
_DARK = ("livré", "abandonné")
"""Statuses whose colour bears white figures."""


def bars(
    slide: Slide, idx: int, rows: Sequence[tuple[str, Stat | None, str]], title: str, *, alt: str
) -> None:
    """Put a bar chart of one figure by axis in a placeholder.

    Parameters
    ----------
    slide : pptx.slide.Slide
        The slide.
    idx : int
        Number of the placeholder.
    rows : sequence of (str, Stat or None, str)
        Name of the axis, its figure if it has one, its colour (``#rrggbb``); from top to bottom.
    title : str
        Name of the series.
    alt : str
        What the chart says, for who does not see it.
    """
    data: Any = _DATA(number_format="General")
    data.categories = [label for label, _, _ in rows]
    data.add_series(title, [stat.value if stat else None for _, stat, _ in rows])
    frame = native.placeholder(slide, idx).insert_chart(XL_CHART_TYPE.BAR_CLUSTERED, data)
    chart = frame.chart
    _calm(chart, 13)
    plot = chart.plots[0]
    plot.gap_width, plot.vary_by_categories = 55, False
    series = plot.series[0]
    for place, (_, stat, colour) in enumerate(rows):
        if stat is None:
            continue
        point = series.points[place]
        _paint(point, colour)
        label = point.data_label
        label.has_text_frame = True
        native.write(label, [[native.Run(stat.text, 13, bold=True, colour=grid.COAL)]])
        label.position = XL_LABEL_POSITION.OUTSIDE_END
    top = max((stat.value for _, stat, _ in rows if stat), default=1.0)
    chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, top * 1.3
    native.name(frame, "Graphique", alt)


def statuses(
    slide: Slide,
    idx: int,
    rows: Sequence[tuple[str, Mapping[str, int]]],
    *,
    alt: str,
    title: str = "",
    size: int = 12,
) -> None:
    """Put a chart of how many elements are in each status in a placeholder, a bar for each row."""
    shown = _in_order({one for _, counts in rows for one, count in counts.items() if count})
    data: Any = _DATA(number_format="0")
    data.categories = [label for label, _ in rows]
    for one in shown:
        data.add_series(one or UNKNOWN, [counts.get(one) or None for _, counts in rows])
    frame = native.placeholder(slide, idx).insert_chart(XL_CHART_TYPE.BAR_STACKED, data)
    chart = frame.chart
    _calm(chart, size)
    chart.plots[0].gap_width, chart.plots[0].overlap = 55 if len(rows) > 1 else 20, 100
    for one, series in zip(shown, chart.plots[0].series, strict=True):
        _paint(series, STATUS_COLOURS.get(one, "#ffffff"), pattern=not one)
        _label(series, size, dark=one in _DARK)
    chart.value_axis.minimum_scale = 0
    chart.value_axis.maximum_scale = max(sum(counts.values()) for _, counts in rows)
    chart.has_legend = True
    chart.legend.position = XL_LEGEND_POSITION.BOTTOM
    chart.legend.include_in_layout = False
    chart.legend.font.size = Pt(size)
    if title:
        chart.has_title = True
        native.write(chart.chart_title, [[native.Run(title, size, bold=True, colour=grid.COAL)]])
        chart.chart_title.include_in_layout = False
    native.name(frame, "Avancement", alt)


def told(counts: Mapping[str, int]) -> str:
    """Return what a bar of statuses shows, in words: ``livré : 7, statut inconnu : 27``."""
    return ", ".join(f"{one or UNKNOWN}\u00a0: {counts[one]}" for one in _in_order(counts))


def _in_order(found: Collection[str]) -> list[str]:
    """Return statuses in the order of a project's life, then those of others, then what is not known."""
    order = [*STATUS_COLOURS, *sorted({*found} - {*STATUS_COLOURS, ""}), ""]
    return [one for one in order if one in found]


def _calm(chart: Any, size: int) -> None:
    """Leave of a chart what is read: names of the bars, from top to bottom; no grid, no scale."""
    chart.has_legend = False
    chart.has_title = False
    chart.font.size, chart.font.name = Pt(size), grid.FONT
    chart.font.color.rgb = native.rgb(grid.COAL)
    names, values = chart.category_axis, chart.value_axis
    names.reverse_order = True
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.has_major_gridlines = False
    names.format.line.color.rgb = native.rgb(grid.PALE)
    names.tick_labels.font.size = Pt(size)
    values.has_major_gridlines = False
    values.visible = False


def _paint(own: Any, colour: str, *, pattern: bool = False) -> None:
    fill = own.format.fill
    if pattern:
        fill.patterned()
        fill.pattern = MSO_PATTERN.LIGHT_UPWARD_DIAGONAL
        fill.fore_color.rgb = native.rgb(grid.MUTED)
        fill.back_color.rgb = native.rgb("FFFFFF")
    else:
        fill.solid()
        fill.fore_color.rgb = native.rgb(colour)
    own.format.line.color.rgb = native.rgb(grid.MUTED if pattern else "FFFFFF")
    own.format.line.width = Pt(0.75)


def _label(series: Any, size: int, *, dark: bool) -> None:
    labels = series.data_labels
    labels.show_value = True
    labels.position = XL_LABEL_POSITION.CENTER
    labels.font.size, labels.font.bold = Pt(size), True
    labels.font.color.rgb = native.rgb("FFFFFF" if dark else grid.COAL)
