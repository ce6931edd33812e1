"""A workbook of organizations and their figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from banyan.organizations import Organization

HEADER = (
    ("Code", 16),
    ("Name", 56),
    ("Kind", 24),
    ("Members", 10),
    ("Full", 10),
    ("Probationary", 13),
    ("Candidates", 11),
    ("Activists", 10),
    ("Applicants", 11),
    ("Women", 10),
    ("Ethnic minorities", 17),
    ("College and above", 18),
)

# What programs that open the file take for the beginning of a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def _put_text(cell: Cell, value: str) -> None:
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    # A text stays a text, whatever it begins with: names are written by many people.
    cell.data_type = "s"
    if value.startswith(FORMULA_SIGNS):
        cell.quotePrefix = True


def _put_number(cell: Cell, value: int) -> None:
    cell.value = value
    cell.number_format = "#,##0"


def write(organizations: Iterable[Organization], path: Path, *, title: str = "Figures") -> int:
    """Writes one line an organization, and says how many there are."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = title
    sheet.freeze_panes = "C2"
    sheet.print_title_rows = "1:1"
    for column, (name, width) in enumerate(HEADER, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        cell = sheet.cell(1, column)
        _put_text(cell, name)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6DD")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    lines = 0
    for organization in organizations:
        lines += 1
        texts = (organization.code, organization.name, organization.kind)
        for column, text in enumerate(texts, start=1):
            _put_text(sheet.cell(lines + 1, column), text)
        for column, number in enumerate(astuple(organization.counts), start=len(texts) + 1):
            _put_number(sheet.cell(lines + 1, column), number)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(HEADER))}{lines + 1}"
    workbook.save(path)
    return lines
