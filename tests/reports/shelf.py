"""Six quarters of reports, one in each state, for tests that visit every page."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

from PIL import Image

from saas import clock
from saas.db import db
from saas.policy.periods import Every, Period, period
from tenants.reports import committee, papers, pictures
from tenants.reports.models import CommitteeLink, Report, ReportVersion
from tests.reports.desk import Desk

AGE = timedelta(days=700)
"""So long ago the project must have begun, for six quarters to be over."""


def quarters() -> list[Period]:
    """The six quarters that are over, the latest first."""
    found = [period(Every.QUARTER, clock.local(clock.now()).date()).previous]
    while len(found) < 6:
        found.append(found[-1].previous)
    return found


def photo() -> bytes:
    """A small picture."""
    stream = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(stream, "JPEG")
    return stream.getvalue()


STATES = ("published", "asked", "ready", "returned", "waiting", "draft")
"""Published, asked of the committee, answered by it, sent back by finance, submitted, being written."""


def fill(desk: Desk, names: tuple[str, ...] = STATES, basis: str = "remuneration") -> dict[str, UUID]:
    """A report in each of these states, the latest quarter's first, in a project that charges in this way."""
    desk.charges(basis)
    made = {name: desk.written(each.begins) for name, each in zip(names, quarters(), strict=False)}
    for name in {"published", "asked", "draft"} & made.keys():
        desk.run(pictures.add, made[name], "facilities", caption="电梯限速器校验", data=photo(), by=desk.supervisor)
    for name in names:
        if name != "draft":
            desk.submit(made[name])
        if name not in ("draft", "waiting"):
            desk.decide(made[name], desk.manager)
            desk.decide(made[name], desk.leader)
        if name in ("published", "asked", "ready"):
            if basis == "remuneration":
                desk.decide_finance(made[name])
            desk.archive(made[name], f"%PDF-1.7 {made[name]}".encode())
    desk.waive(made["published"])
    desk.publish(made["published"])
    made["link"] = desk.run(committee.open_link, made["asked"], by=desk.manager)
    if "returned" in names:
        desk.decide_finance(made["returned"], "returned", "酬金比例与合同不符")
    if "ready" in names:
        made["answered"] = desk.run(committee.open_link, made["ready"], by=desk.manager)
        said = {"verdict": "opinion", "opinion": "绿化费用请写明", "name": "赵国平", "sheet": photo()}
        desk.run(committee.answer, made["answered"], **said)
    if "draft" in names:
        desk.run(papers.ask_draft, made["draft"], by=desk.supervisor)
    return made


def addresses(desk: Desk, made: dict[str, UUID]) -> dict[str, list[str]]:
    """The values of the addresses of a filled shelf, as `tests.town.town` keeps them."""

    def of(*names: str) -> list[str]:
        return [str(made[name]) for name in names if name in made] or [str(made["asked"])]

    with desk.place.inside():
        published = db.session.get_one(Report, made["published"])
        sha256 = db.session.get_one(ReportVersion, (published.id, published.version)).pictures[0]["sha256"]
        draft = db.session.get_one(Report, UUID(of("draft")[0]))
        kept = db.session.get_one(ReportVersion, (draft.id, draft.version)).pictures[0]["id"]
        link = db.session.get_one(CommitteeLink, made["link"]).token
        token = published.token
    return {
        "reports:id": of("published", "asked", "ready", "returned", "waiting", "draft"),
        "reports:code": ["overview", "plan"], "reports.section:id": of("draft", "waiting"),
        "reports.write:id": of("draft", "waiting"), "reports.add_picture:id": of("draft", "waiting"),
        "reports.remove_picture:id": of("draft"), "reports.remove_picture:picture": [kept],
        "reports.read:version": ["1"], "reports.sent:id": of("published"), "reports.sent:nth": ["1"],
        "reports.picture:id": of("published"), "reports.picture:sha256": [sha256],
        "reports.sheet:id": of("ready"), "reports.sheet:link": of("answered"), "reports.committee:id": of("asked"),
        "readers:token": [token], "readers:sha256": [sha256], "readers.review:token": [link],
        "readers.answer:token": [link], "readers.review_picture:token": [link],
    }  # fmt: skip
