"""Which clauses the product answers for, and which queries are missing (R1)."""

import pytest

from saas.policy.answers import insist, off, unanswered
from saas.policy.loader import pack
from saas.policy.source import PackError

ALL = {clause.evidence for clause in pack("property").clauses.values()}


@pytest.mark.rule("R1")
def test_clauses_of_records_that_nobody_keeps_are_off() -> None:
    regulation = pack("property")
    names = {name for name in ALL if not name.startswith(("visits.", "plans."))}
    assert {clause.noun for clause in off(regulation, names)} == {"visits", "plans"}
    assert unanswered(regulation, names) == []
    insist([regulation], names)


@pytest.mark.rule("R1")
def test_one_missing_query_of_kept_records_is_told_with_its_line() -> None:
    regulation = pack("property")
    (problem,) = unanswered(regulation, ALL - {"visits.manager"})
    assert "[clauses manager-visits] 没有叫“visits.manager”的证据查询" in problem.message
    assert "visits.vacant" in problem.message
    assert "plans.year" not in problem.message
    line = regulation.path.read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert line == 'evidence = "visits.manager"'
    with pytest.raises(PackError, match=r"visits\.manager"):
        insist([regulation], ALL - {"visits.manager"})


def test_with_no_slices_everything_is_off() -> None:
    regulation = pack("property")
    assert len(off(regulation, ())) == len(regulation.clauses)
    assert unanswered(regulation, ()) == []
