"""案例分析: cases of a quarter, the analysis, measures, and whether the earlier measures were carried out (D14)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from saas import clock
from saas.db import db
from saas.events import record
from saas.identity.actor import Actor
from saas.policy.here import pack_on
from saas.policy.periods import Period
from saas.problem import Conflict, Problem
from saas.tenancy.staff import Staff
from tenants.complaints.models import Complaint
from tenants.digests import access, queries
from tenants.digests.models import CaseReview, Measure, MeasureCheck, ReviewedCase


@dataclass(frozen=True)
class NewMeasure:
    """What is to be done, by whom and by when."""

    text: str
    owner_id: UUID | None
    due_on: date | None


def review(
    quarter: Period, *, cases: Sequence[UUID], analysis: str, measures: Sequence[NewMeasure],
    checks: Mapping[UUID, tuple[bool | None, str]], by: Actor,
) -> CaseReview:  # fmt: skip
    """File the review of a quarter that is over, once. `checks`: measure → (carried out, what was found).

    Every measure of an earlier review that is not known to be carried out must be checked. Raises Problem, Conflict,
    Forbidden.
    """
    access.holds(by, pack_on(clock.now()), access.REVIEW, "填写案例分析")
    if quarter.end > clock.now():
        raise Problem(f"{quarter.label}还没有结束，季末以后才能分析")
    if not cases:
        raise Problem("请至少选择一件投诉来分析", "cases")
    if not analysis.strip():
        raise Problem("请写下分析：共同的原因、暴露的问题", "analysis")
    there = db.session.scalar(select(func.count()).select_from(Complaint).where(Complaint.id.in_(cases)))
    if there != len(set(cases)):
        raise Problem("选中的投诉里有不存在的，请重新选择", "cases")
    if not measures:
        raise Problem("请至少写一条防止再次发生的措施", "text_1")
    staff = db.session.execute(select(Staff.id, Staff.name).where(Staff.ended_at.is_(None)))
    owners = {row.id: row.name for row in staff}
    today = clock.local(clock.now()).date()
    for n, each in enumerate(measures):
        if not each.text.strip():
            raise Problem(f"第 {n + 1} 条措施没有内容", f"text_{n + 1}")
        if each.owner_id not in owners:
            raise Problem(f"请为第 {n + 1} 条措施选择负责人", f"owner_{n + 1}")
        if each.due_on is None or each.due_on < today:
            raise Problem(f"请为第 {n + 1} 条措施填写今天以后的完成日期", f"due_{n + 1}")
    for measure in queries.open_measures(quarter.begins):
        done, finding = checks.get(measure.id, (None, ""))
        if done is None or not finding.strip():
            raise Problem(f"请检查上次的措施“{measure.text[:30]}”是否落实，并写明检查情况", f"done_{measure.id.hex}")
    return _write(quarter, cases, analysis, measures, checks, owners, by)


def _write(
    quarter: Period, cases: Sequence[UUID], analysis: str, measures: Sequence[NewMeasure],
    checks: Mapping[UUID, tuple[bool | None, str]], owners: Mapping[UUID, str], by: Actor,
) -> CaseReview:  # fmt: skip
    row = {
        "id": uuid4(), "begins": quarter.begins, "ends": quarter.ends, "analysis": analysis.strip(),
        "filed_at": clock.now(), "filed_by": by.id, "filed_by_name": by.name,
    }  # fmt: skip
    statement = insert(CaseReview).values(row).on_conflict_do_nothing().returning(CaseReview)
    made = db.session.scalars(statement).one_or_none()
    if made is None:
        raise Conflict(f"{quarter.label}的案例分析已经归档")
    db.session.add_all(ReviewedCase(review_id=made.id, complaint_id=case) for case in dict.fromkeys(cases))
    for n, each in enumerate(measures, start=1):
        assert each.owner_id is not None
        assert each.due_on is not None
        db.session.add(
            Measure(
                review_id=made.id, nth=n, text=each.text.strip(), owner_id=each.owner_id,
                owner_name=owners[each.owner_id], due_on=each.due_on,
            )
        )  # fmt: skip
    for old in queries.open_measures(quarter.begins):
        done, finding = checks[old.id]
        db.session.add(
            MeasureCheck(measure_id=old.id, review_id=made.id, carried_out=bool(done), finding=finding.strip())
        )
    record("case_review.filed", made, by, quarter=quarter.label, cases=len(set(cases)), measures=len(measures))
    db.session.flush()
    return made
