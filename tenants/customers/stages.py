"""The stage of a household (B2): computed from the day of handover, by the years that the pack gives."""

from datetime import date

from saas.policy.pack import Pack, Stage


def years_since(day: date, today: date) -> int:
    """Whole years; 29 February has its anniversary on 1 March. Negative while the day is still to come."""
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def stage(handed_over_on: date | None, today: date, pack: Pack) -> Stage:
    """准业主 until handover, then the latest stage whose years have passed (B2)."""
    if handed_over_on is None or handed_over_on > today:
        return next(each for each in pack.stages.values() if each.from_years is None)
    years = years_since(handed_over_on, today)
    begun = [each for each in pack.stages.values() if each.from_years is not None and each.from_years <= years]
    return max(begun, key=lambda each: each.from_years or 0)


def handed_over_between(code: str, today: date, pack: Pack) -> tuple[date | None, date | None] | None:
    """The days of handover (after the first, up to and including the second) that put a household in this stage today.

    None stands for 准业主, an open end for no bound. KeyError for an unknown stage.
    """
    chosen = pack.stages[code]
    if chosen.from_years is None:
        return None
    later = [
        s.from_years for s in pack.stages.values() if s.from_years is not None and s.from_years > chosen.from_years
    ]
    return (_years_before(today, min(later)) if later else None, _years_before(today, chosen.from_years))


def _years_before(today: date, years: int) -> date:
    """The latest day from which `years` whole years have passed today."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February, and the earlier year has none
        return date(today.year - years, 2, 28)
