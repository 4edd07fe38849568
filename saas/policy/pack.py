"""What a policy pack is: the written regulation as data (rule R1). Read by `loader`, never changed afterwards.

All tables keep the order of the pack file, so screens list roles, categories and stages as the author wrote them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from saas.policy.cases import AlarmRules, Alike, Payments, Reopening
from saas.policy.complaints import ComplaintRoles, Department, NoReplyReason, PublicForm
from saas.policy.periods import Every, Period, in_month, midnight, shift
from saas.policy.repairs import PriceRules, RepairRules
from saas.policy.report import ReportTemplate

OUTSIDERS = frozenset({"customer", "owners_committee", "platform_operator"})
"""Roles of people who are not staff of a company: they decide no step, and no reminder reaches them."""


class Kind(StrEnum):
    """How a clause binds: by calendar, by share, by answering, by approval, or always."""

    PERIODIC = "periodic"
    QUOTA = "quota"
    REACTION = "reaction"
    CHAIN = "chain"
    INVARIANT = "invariant"


_UNITS = {"hours": "小时", "business_hours": "个工作小时", "working_days": "个工作日", "calendar_days": "天"}


class Unit(StrEnum):
    """What an amount of time counts. Hours and calendar days run round the clock."""

    HOURS = "hours"
    BUSINESS_HOURS = "business_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"

    @property
    def label(self) -> str:
        return _UNITS[self.value]


class StepName(StrEnum):
    """The steps of approval in their only order: 审核 checks, 审批 decides, 总经理 ratifies (rule A3)."""

    REVIEW = "review"
    APPROVE = "approve"
    GENERAL_MANAGER = "general_manager"

    @property
    def label(self) -> str:
        return {"review": "审核", "approve": "审批", "general_manager": "总经理批准"}[self]


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when a periodic duty is owed: a day of the month that lies `months` after the period's first (`from_end`
    false) or last month. 28 December for the next year is 28, -1 month from the beginning."""

    from_end: bool
    months: int
    day: int

    def of(self, period: Period) -> date:
        """The last day on which the duty of this period is in time (日前 includes the day)."""
        anchor = shift(period.ends, -1) if self.from_end else period.begins
        return in_month(shift(anchor, self.months), self.day)

    def moment(self, period: Period) -> datetime:
        """Midnight after that day."""
        return midnight(self.of(period) + timedelta(days=1))


TIMES = "次"
LIMITS = {"minutes": "分钟", **_UNITS, "months": "个月"}
"""What the limit of a duty without a clock counts."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long after its occasion a duty is owed that no running clock measures (yet)."""

    amount: int
    unit: str

    @property
    def label(self) -> str:
        """In words: 24 小时, 5 个工作日, 3 个月."""
        return f"{self.amount} {LIMITS[self.unit]}"

    @property
    def span(self) -> timedelta | None:
        """How long that is by the clock; None where a calendar has to say it."""
        return timedelta(**{self.unit: self.amount}) if self.unit in ("minutes", "hours") else None


@dataclass(frozen=True, slots=True)
class Target:
    """What a quota asks for in each period: a share of its base in percent, or a plain number of `unit`."""

    percent: int | None = None
    count: int | None = None
    unit: str = TIMES

    @property
    def label(self) -> str:
        """In words: 25%, 3 户."""
        return f"{self.percent}%" if self.count is None else f"{self.count} {self.unit}"

    def need(self, whole: int) -> int:
        """How many are needed of a base of `whole`; shares are rounded up."""
        return self.count if self.count is not None else -(-(self.percent or 0) * whole // 100)


@dataclass(frozen=True, slots=True)
class Clause:
    """One duty of the regulation. `evidence` names the query that proves it; `numbers` are its plain figures (codes of
    `Pack.figures`), and `chapter` (a code of `Pack.chapters`) is where boards and lists show it.

    It is judged over each `every`. A periodic clause has its deadline and who is reminded how long before (`remind`)
    and told after (`escalation`); a quota may have a target (without one its records say themselves which are missed).
    A reaction has a `clock` that runs with each record, or the limit `within` where none runs.
    `office`: it binds the head office, not the projects. `only`: it binds projects on this fee basis. `line` is where
    the file names the evidence.
    """

    id: str
    rule: str
    source: str
    title: str
    text: str
    kind: Kind
    roles: tuple[str, ...]
    evidence: str
    numbers: Mapping[str, int]
    chain: str | None = None
    clock: str | None = None
    every: Every = Every.MONTH
    deadline: Deadline | None = None
    target: Target | None = None
    remind: tuple[timedelta, ...] = ()
    escalation: "tuple[Rung, ...]" = ()
    office: bool = False
    only: str | None = None
    chapter: str = ""
    within: Limit | None = None
    line: int = field(default=1, compare=False)

    @property
    def noun(self) -> str:
        """The kind of records that prove it: before the dot of its evidence."""
        return self.evidence.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Step:
    """One decision of a chain, by the holder of `role`; with `when_flag`, only for what carries that flag.

    `over` names the number of a clause in yuan: the step binds what costs more (A5).
    """

    name: StepName
    label: str
    role: str
    when_flag: str | None = None
    over: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Who decides, in which order, before a release of this kind may go out (rule H2).

    `held`: it goes with a record, whose page writes and submits it, and once approved it waits for a person to publish
    it. `inner`: it decides about something that does not go out, such as a plan, and has no channels. Holders of the
    roles in `copies` get a copy when the last step has approved.
    """

    kind: str
    title: str
    channels: tuple[str, ...]
    """The ways out (codes of saas.policy.build.CHANNELS) that this chain decides about, and no others."""
    steps: tuple[Step, ...]
    held: bool = False
    inner: bool = False
    copies: tuple[str, ...] = ()

    def steps_for(
        self,
        flags: frozenset[str] = frozenset(),
        amount: Decimal | None = None,
        limits: Mapping[str, int] = MappingProxyType({}),
    ) -> tuple[Step, ...]:
        """The steps that bind what carries `flags` and costs this `amount` in yuan; without one every limit binds.

        `limits` are `Pack.numbers`.
        """
        return tuple(
            step
            for step in self.steps
            if (step.when_flag is None or step.when_flag in flags)
            and (step.over is None or amount is None or amount > limits[step.over])
        )


@dataclass(frozen=True, slots=True)
class Rung:
    """`after` the due moment, the holder of `role` is told."""

    after: timedelta
    role: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The time limit of one stage (rule D7). `starts` names the fact that starts it.

    `warn_before` is a duration before the due moment or a share (0–1) of the whole time.
    """

    stage: str
    label: str
    amount: int
    unit: Unit
    starts: str
    warn_before: timedelta | float
    escalation: tuple[Rung, ...] = ()

    @property
    def limit(self) -> str:
        """The limit in words: 2 小时, 1 个工作日, 7 天."""
        return f"{self.amount} {self.unit.label}"


@dataclass(frozen=True, slots=True)
class Severity:
    """How grave a complaint is, who sees its solution, and how it is called back (rule D10).

    `callback_quota` is a percentage; the channels are codes of `Pack.callback_channels`. `needs` (codes of
    saas.policy.cases.NEEDS) must be there before it is closed; what is submitted for it carries `flags`.
    """

    code: str
    label: str
    solution_role: str
    callback_role: str
    callback_quota: int
    callback_first: tuple[str, ...]
    callback_later: tuple[str, ...]
    needs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    def callback_by(self, nth: int) -> tuple[str, ...]:
        """The channels allowed for the nth callback of a case, counted from 1."""
        return self.callback_first if nth <= 1 else self.callback_later


@dataclass(frozen=True, slots=True)
class CallbackChannel:
    """A way to call back; `signature` says whether the customer signs."""

    code: str
    label: str
    signature: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a household by whole years since it was handed over (rule B2); None: not handed over yet."""

    code: str
    label: str
    focus: str
    from_years: int | None


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """The open hours of a working day, on the clock of Shanghai. Lunch may be empty (both ends equal)."""

    opens: time
    lunch_from: time
    lunch_to: time
    closes: time


@dataclass(frozen=True, slots=True)
class Settings:
    """Numbers and texts that belong to no single clause. `satisfaction` runs from 1 (worst) upwards.

    `hierarchy` lists the roles from the lowest level up: who decides next when only the author holds a role (A3).
    The workbench counts apart what is due within `soon`; a letter stays on its public page `public_for`; the clocks of
    a complaint stand still once a holder of `pause_role` agrees; a duty that `duty_movers` ask to move is moved once a
    holder of `duty_move_role` does. The month's table of complaints goes to `statistics_to`, the one of callbacks to
    `callback_statistics_to`.
    """

    hierarchy: tuple[str, ...]
    hours: BusinessHours
    acknowledgement: str
    expected_hours: tuple[int, int]
    soon: timedelta
    remind_again: timedelta
    public_for: timedelta
    pause_role: str
    duty_movers: tuple[str, ...]
    duty_move_role: str
    satisfaction: tuple[str, ...]
    statistics_to: tuple[str, ...]
    callback_statistics_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Approved:
    """Who approved a version of the regulation, and on which day (rule R3)."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of the regulation, in force from `valid_from` (rule R3). Tables map codes to Chinese labels.

    `valid_until`, the last day in force, may be left out: the next version says it. `figures` tells the numbers of
    clauses, such as 提前 {} 天.
    """

    id: str
    version: str
    title: str
    valid_from: date
    valid_until: date | None
    approved: Approved
    path: Path = field(compare=False)
    roles: Mapping[str, str]
    flags: Mapping[str, str]
    categories: Mapping[str, str]
    channels: Mapping[str, str]
    request_kinds: Mapping[str, str]
    sources: Mapping[str, str]
    callback_channels: Mapping[str, CallbackChannel]
    chains: Mapping[str, Chain]
    clocks: Mapping[str, Clock]
    severities: Mapping[str, Severity]
    stages: Mapping[str, Stage]
    chapters: Mapping[str, str]
    figures: Mapping[str, str]
    clauses: Mapping[str, Clause]
    settings: Settings
    departments: Mapping[str, Department]
    company_departments: Mapping[str, str]
    no_reply_reasons: Mapping[str, NoReplyReason]
    complaint_roles: ComplaintRoles
    public_form: PublicForm
    alike: Alike
    alarm: AlarmRules
    reopening: Reopening
    payments: Payments
    report: ReportTemplate | None = None
    price_lists: PriceRules | None = None
    repairs: RepairRules | None = None

    @property
    def number(self) -> tuple[int, ...]:
        """The version as numbers to compare: 1.10 comes after 1.9, and 1.0 is 1."""
        parts = [int(part) for part in self.version.split(".")]
        while parts[1:] and not parts[-1]:
            parts.pop()
        return tuple(parts)

    @property
    def numbers(self) -> Mapping[str, int]:
        """The numbers of all clauses by their codes; one that several clauses have is the last one's."""
        return {code: value for clause in self.clauses.values() for code, value in clause.numbers.items()}

    def graver(self, severity: str) -> str:
        """The next severity up; the gravest stays what it is."""
        codes = list(self.severities)
        return codes[min(codes.index(severity) + 1, len(codes) - 1)]

    @property
    def hierarchy(self) -> tuple[str, ...]:
        """The roles from the lowest level up."""
        return self.settings.hierarchy

    def chaptered(self) -> list[tuple[str, list[Clause]]]:
        """The clauses under the labels of their chapters, in the order of [chapters]; empty chapters are left out."""
        found: dict[str, list[Clause]] = {code: [] for code in self.chapters}
        for clause in self.clauses.values():
            found[clause.chapter].append(clause)
        return [(self.chapters[code], clauses) for code, clauses in found.items() if clauses]

    def bound(self, clause: str) -> tuple[str, ...]:
        """The roles that a clause binds; nobody where this regulation has no such clause."""
        found = self.clauses.get(clause)
        return found.roles if found else ()

    def clauses_of(self, rule: str) -> tuple[Clause, ...]:
        """The clauses that carry out one rule of the catalogue, such as D7."""
        return tuple(clause for clause in self.clauses.values() if clause.rule == rule)
