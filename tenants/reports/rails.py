"""The two rails of a report: its own way to the public, and finance's on its section (I1, I2)."""

from collections.abc import Sequence

from saas import clock
from saas.approvals.deciders import Authority
from saas.identity.actor import Actor
from saas.policy.pack import Pack
from tenants.releases.rail import Stop, short, step_of
from tenants.reports.queries import Known


def rail(known: Known, pack: Pack, by: Actor, right: Authority | None) -> list[Stop]:
    """Drafted, reviewed, approved, seen by the owners' committee, published."""
    main, report = known.decisions.main, known.report
    name = main.author_name if main else known.version.written_by_name
    if main is None:
        author = Stop(f"经办 {name}", f"第 {report.version} 版，未提交", "here", "起草中", name[:1])
        chain = pack.report.chain if pack.report else ""
        steps = [
            Stop(pack.roles.get(step.role, step.role), step.label, "wait", "未到", step.label[:1])
            for step in (pack.chains[chain].steps_for() if chain in pack.chains else ())
        ]
    else:
        submitted = f"提交第 {report.version} 版 {short(main.submitted_at)}"
        author = Stop(f"经办 {name}", submitted, "done", "已提交", name[:1])
        steps = [step_of(main, step, pack, right, by) for step in main.steps]
    return [author, *steps, _committee(known), _public(known)]


def _committee(known: Known) -> Stop:
    if known.answer is not None:
        words = f"{known.answer.name} {short(known.answer.answered_at)}"
        agreed = known.answer.verdict == "agreed"
        return Stop("业主委员会", words, "done", "同意公布" if agreed else "有意见", icon="users-round")
    if known.waiver is not None:
        return Stop("业主委员会", known.waiver.reason[:24], "done", "已说明原因", icon="users-round")
    if known.link is not None:
        until = f"{clock.local(known.link.expires_at):%m-%d} 前答复"
        return Stop("业主委员会", until, "here", "审阅中", icon="users-round")
    here = known.decisions.approved
    return Stop(
        "业主委员会", "审阅并答复", "here" if here else "wait", "待提交" if here else "未到", icon="users-round"
    )


def _public(known: Known) -> Stop:
    if known.publication is not None:
        words = f"{known.publication.published_by_name} {short(known.publication.published_at)}"
        return Stop("公布", words, "done", "已公布", icon="megaphone")
    here = known.answer is not None or known.waiver is not None
    return Stop("公布", "公开页、张贴", "here" if here else "wait", "待公布" if here else "未到", icon="megaphone")


def finance_rail(known: Known, chain: str, pack: Pack, by: Actor, right: Authority | None) -> Sequence[Stop]:
    """Submitted, approved by finance; empty where finance has no say."""
    if not known.decisions.needs_finance:
        return []
    finance, report = known.decisions.finance, known.report
    if finance is None:
        first = Stop("财务收支部分", f"第 {report.version} 版，随报告提交", "wait", "未到", "财")
        steps = pack.chains[chain].steps_for()
        return [first, *(Stop(pack.roles.get(s.role, s.role), s.label, "wait", "未到", s.label[:1]) for s in steps)]
    first = Stop("财务收支部分", f"提交第 {report.version} 版 {short(finance.submitted_at)}", "done", "已提交", "财")
    return [first, *(step_of(finance, step, pack, right, by) for step in finance.steps)]
