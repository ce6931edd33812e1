"""The chart beside the table: `python3 -m measure.chart FOLDER` draws one for every report, in an environment with pygal."""

import glob
import json
import os
import sys

import pygal
from pygal.style import Style

from .operations import SIDES
from .report import cpu_of_operations

# Colours that can be told apart by those who see fewer, on white and on black.
COLOURS = {"banyan": "#0f9d76", "mercurius": "#d98a00", "postgraphile": "#a070c8", "sql": "#7f8c99"}
# Numbers stand behind the end of their bar; lines are quiet; all of it can be read on a dark page too.
LOOK = """
.text-overlay text { transform: translateX(19px); fill: #57606a !important; font-weight: 600; }
.guides .guide.line, .guide.line { stroke: #8c959f !important; stroke-opacity: 0.35 !important; stroke-dasharray: none !important; }
@media (prefers-color-scheme: dark) {
    .title, .legend text, .axis text, .text-overlay text { fill: #d0d7de !important; }
}
"""


def draw(report):
    operations = cpu_of_operations(report)
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground="#57606a",
        foreground_strong="#24292f",
        foreground_subtle="#8c959f",
        opacity="1",
        font_family="system-ui, sans-serif",
        label_font_size=13,
        major_label_font_size=13,
        legend_font_size=14,
        value_font_size=12,
        value_label_font_size=12,
        title_font_size=16,
        colors=tuple(COLOURS.values()),
    )
    people = f"{report['settings']['people']:,}".replace(",", " ")
    chart = pygal.HorizontalBar(
        style=style,
        width=900,
        height=620,
        js=[],
        margin=16,
        spacing=10,
        title=f"CPU of one request, ms, server and PostgreSQL together; {people} people",
        legend_at_bottom=True,
        legend_at_bottom_columns=4,
        print_values=True,
        print_values_position="top",
        value_formatter=lambda value: f"{value:.2f}",
        truncate_label=-1,
        truncate_legend=-1,
        show_y_guides=True,
    )
    chart.config.css.append("inline:" + LOOK)
    largest = max(value for sides in operations.values() for value in sides.values())
    step = next(step for step in (0.5, 1, 2, 5, 10, 20, 50, 100, 1_000_000) if largest / step <= 8)
    chart.y_labels = [{"value": step * at, "label": f"{step * at:g}"} for at in range(int(largest / step) + 2)]
    # Bars run from below: the first operation stands on top when it is given last.
    chart.x_labels = list(reversed(operations))
    for side, title in SIDES.items():
        chart.add(title, [operations[name].get(side) for name in reversed(operations)])
    return chart.render(is_unicode=True)


def main():
    for path in glob.glob(os.path.join(sys.argv[1], "*.json")):
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        if not report["closed"]:
            continue
        with open(path.removesuffix(".json") + ".svg", "w", encoding="utf-8") as file:
            file.write(draw(report) + "\n")


if __name__ == "__main__":
    main()
