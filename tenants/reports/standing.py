"""Where a report stands, read from its facts; nothing here is stored."""

from dataclasses import dataclass

from tenants.reports.queries import Known

WORDS = {
    "drafting": ("起草中", "", "pencil"),
    "in_review": ("审批中", "blue", "clock"),
    "returned": ("已退回", "red", "undo-2"),
    "finance": ("待财务审批", "violet", "clock"),
    "approved": ("待提交业委会", "amber", "users-round"),
    "committee": ("业委会审阅中", "blue", "users-round"),
    "ready": ("待公布", "amber", "megaphone"),
    "published": ("已公布", "green", "check"),
}


@dataclass(frozen=True)
class Standing:
    """One word of WORDS."""

    word: str

    @property
    def label(self) -> str:
        return WORDS[self.word][0]

    @property
    def tone(self) -> str:
        return WORDS[self.word][1]

    @property
    def icon(self) -> str:
        return WORDS[self.word][2]


def standing(known: Known) -> Standing:
    """Where this report stands now."""
    return Standing(_word(known))


def _word(known: Known) -> str:
    decided = known.decisions
    if known.publication is not None:
        return "published"
    if decided.main is None:
        return "drafting"
    finance = decided.finance.state if decided.finance else ""
    if "returned" in (decided.main.state, finance):
        return "returned"
    if decided.main.state == "pending":
        return "in_review"
    if not decided.approved:
        return "finance"
    if known.answer is not None or known.waiver is not None:
        return "ready"
    return "committee" if known.link is not None else "approved"
