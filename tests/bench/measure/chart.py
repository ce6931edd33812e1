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
DARK = "@media (prefers-color-scheme: dark) { .title, .legend text, .axis text, .y_labels text { fill: #d0d7de !important; } }"


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
        title_font_size=17,
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
        title=f"CPU of one request, milliseconds, server and PostgreSQL together ({people} people)",
        legend_at_bottom=True,
        legend_at_bottom_columns=4,
        logarithmic=False,
        print_values=True,
        print_values_position="top",
        value_formatter=lambda value: f"{value:.2f}",
        truncate_label=-1,
        show_y_guides=True,
    )
    chart.config.css.append("inline:" + DARK)
    # Bars run from below: the first operation stands on top when it is given last.
    chart.x_labels = list(reversed(operations))
    for side, title in SIDES.items():
        chart.add(title, [operations[name].get(side) for name in reversed(operations)])
    return chart.render(is_unicode=True)


def main():
    for path in glob.glob(os.path.join(sys.argv[1], "*.json")):
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        with open(path.removesuffix(".json") + ".svg", "w", encoding="utf-8") as file:
            file.write(draw(report) + "\n")


if __name__ == "__main__":
    main()
