"""Spreadsheets that people bring along: read safely and in a stream, written without surprises."""

from saas.sheets.columns import Column, find_header, guess, require
from saas.sheets.faults import Fault, RowError, SheetError
from saas.sheets.reader import Problem, Row, Value, read
from saas.sheets.record import Record, text
from saas.sheets.workbook import sheet_names
from saas.sheets.writer import write

__all__ = [
    "Column",
    "Fault",
    "Problem",
    "Record",
    "Row",
    "RowError",
    "SheetError",
    "Value",
    "find_header",
    "guess",
    "read",
    "require",
    "sheet_names",
    "text",
    "write",
]
