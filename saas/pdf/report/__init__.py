"""A `Book` on paper: numbers for chapters, tables and figures, columns, rows of photos, and the figures as files."""

from saas.pdf.report.sheet import report_sheet

__all__ = ["report_sheet"]
