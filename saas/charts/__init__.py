"""Charts that are the same on the page and on paper: what one shows, its data as a table, and its drawing as shapes.

The macro `ui.chart` (templates/shared/ui/charts.html) writes the shapes as SVG. Lengths are CSS pixels of its viewBox.
"""

from saas.charts.chart import Chart, Series

__all__ = ["Chart", "Series"]
