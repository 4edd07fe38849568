"""The quarter that a report is about: its days, the regulation, and what the records hold of it, each counted once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from saas.policy.pack import Pack
from saas.policy.periods import Period, midnight, shift
from tenants.complaints import duties
from tenants.complaints import figures as complaints
from tenants.contacts import figures as contacts
from tenants.customers import figures as customers
from tenants.releases import figures as releases
from tenants.repairs import figures as repairs
from tenants.repairs.month import Rates, month_of, rates


@dataclass
class Quarter:
    """What is asked about: the quarter, the day from which it is covered, and the regulation; counts are kept."""

    period: Period
    covers_from: date
    pack: Pack
    compared: bool
    """Whether there is a quarter before to compare with."""

    @property
    def begin(self) -> datetime:
        return midnight(self.covers_from)

    @property
    def end(self) -> datetime:
        return self.period.end

    @property
    def last_day(self) -> date:
        return self.period.ends - timedelta(days=1)

    @property
    def days(self) -> dict[str, str]:
        """First and last day, as the lists of the slices take them."""
        return {"since": self.covers_from.isoformat(), "until": self.last_day.isoformat()}

    @property
    def months(self) -> list[date]:
        """The first days of its months that are covered."""
        each = [shift(self.period.begins, n) for n in range(3)]
        return [month for month in each if shift(month, 1) > self.covers_from]

    @property
    def months_before(self) -> list[date]:
        """The first days of the months of the quarter before."""
        return [shift(self.period.previous.begins, n) for n in range(3)]

    @cached_property
    def received(self) -> list[complaints.Received]:
        return complaints.received(self.begin, self.end)

    @cached_property
    def received_before(self) -> list[complaints.Received]:
        before = self.period.previous
        return complaints.received(before.begin, before.end) if self.compared else []

    @cached_property
    def talked(self) -> list[contacts.Talked]:
        return contacts.talked(self.begin, self.end)

    @cached_property
    def talked_before(self) -> list[contacts.Talked]:
        before = self.period.previous
        return contacts.talked(before.begin, before.end) if self.compared else []

    @cached_property
    def kept(self) -> dict[str, tuple[int, int]]:
        return duties.kept(self.begin, self.end)

    @cached_property
    def called(self) -> dict[str, tuple[int, int]]:
        return duties.called_back(self.begin, self.end)

    @cached_property
    def scores(self) -> dict[int, int]:
        return complaints.satisfaction(self.begin, self.end)

    @cached_property
    def scores_before(self) -> dict[int, int]:
        before = self.period.previous
        return complaints.satisfaction(before.begin, before.end) if self.compared else {}

    @cached_property
    def sent(self) -> dict[str, int]:
        return releases.sent(self.begin, self.end)

    @cached_property
    def sent_before(self) -> dict[str, int]:
        before = self.period.previous
        return releases.sent(before.begin, before.end) if self.compared else {}

    @cached_property
    def ordered(self) -> list[repairs.Ordered]:
        return repairs.ordered(self.period.previous.begin if self.compared else self.begin, self.end)

    @cached_property
    def finished(self) -> list[repairs.Finished]:
        return repairs.finished(self.period.previous.begin if self.compared else self.begin, self.end)

    @cached_property
    def repair_rates(self) -> list[Rates]:
        """Of each month, also of the quarter before where it is compared with."""
        first = self.months_before[0] if self.compared else self.months[0]
        return rates(month_of(first), month_of(self.months[-1]), None if self.compared else self.begin)

    @cached_property
    def homes(self) -> dict[tuple[str, str], int]:
        return customers.households(self.last_day, self.pack)
