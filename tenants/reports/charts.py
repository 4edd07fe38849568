"""A group of figures as a chart, the same on page and paper."""

from saas.charts import Chart, Series
from tenants.reports.tables import Group


def chart_of(group: Group, *, wide: bool = False) -> Chart | None:
    """How it is drawn; None for a group that is only a table, or has nothing to draw."""
    rows = [row for row in group.rows if not row.total]
    labels = tuple(row.label for row in rows)
    values = tuple(row.values[group.main] for row in rows)
    if not group.chart or not any(values):
        return None
    name = group.heads[group.main] if group.heads[group.main] != "合计" else group.title
    bars = (Series(name, values),)
    match group.chart:
        case "donut":
            return Chart("donut", group.title, labels, bars, group.unit, wide=wide)
        case "lines":  # counts as bars, the share that goes with them as a line above
            over = Series(group.heads[-1], tuple(row.values[-1] for row in rows), "%")
            return Chart("bars", group.title, labels, bars, group.unit, over=over, wide=True)
        case _:
            return Chart("bars", group.title, labels, bars, group.unit, wide=wide)
