"""The property pack says what the regulation says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from saas import clock
from saas.policy.loader import pack, packs, versions
from saas.policy.pack import Chain, Clock, Kind, Unit


def decided_by(chain: Chain, *flags: str) -> list[tuple[str, str]]:
    return [(step.label, step.role) for step in chain.steps_for(frozenset(flags))]


def limit(found: Clock) -> tuple[int, Unit, str]:
    return found.amount, found.unit, found.starts


@pytest.mark.rule("D7")
def test_complaint_clocks_have_the_limits_of_the_regulation() -> None:
    clocks = pack("property").clocks
    assert limit(clocks["first_response"]) == (2, Unit.HOURS, "received")
    assert limit(clocks["contact"]) == (1, Unit.WORKING_DAYS, "received")
    assert limit(clocks["solution"]) == (1, Unit.WORKING_DAYS, "received")
    assert limit(clocks["closed"]) == (7, Unit.CALENDAR_DAYS, "received")
    assert all(one.escalation and one.warn_before for one in clocks.values())
    assert [one.limit for one in clocks.values()][:3] == ["2 小时", "1 个工作日", "1 个工作日"]


@pytest.mark.rule("D10")
def test_callbacks_are_bound_by_severity() -> None:
    regulation = pack("property")
    assert limit(regulation.clocks["callback"]) == (3, Unit.CALENDAR_DAYS, "handled")
    bound = {one.label: (one.callback_quota, one.callback_role) for one in regulation.severities.values()}
    assert bound == {"一般": (50, "steward"), "重要": (100, "service_supervisor"), "重大": (100, "general_manager")}


@pytest.mark.rule("D10")
def test_phone_callbacks_only_from_the_second_on_and_never_for_major_complaints() -> None:
    regulation = pack("property")
    assert regulation.severities["general"].callback_by(1) == ("on_site",)
    assert regulation.severities["general"].callback_by(2) == ("on_site", "phone")
    assert regulation.severities["major"].callback_by(5) == ("on_site",)
    assert regulation.callback_channels["on_site"].signature
    assert not regulation.callback_channels["phone"].signature


@pytest.mark.rule("H2")
def test_chains_name_every_decision_in_order() -> None:
    chains = pack("property").chains
    letter = [("审核", "project_manager"), ("审批", "division_leader")]
    assert decided_by(chains["notice"]) == [("审批", "project_manager")]
    assert decided_by(chains["sms"]) == [("审核", "project_manager")]
    assert decided_by(chains["reply_letter"]) == decided_by(chains["online_reply"]) == letter
    for kind in ("reply_letter", "online_reply"):
        assert decided_by(chains[kind], "general_manager") == [*letter, ("总经理批准", "general_manager")]
    assert decided_by(chains["questionnaire"]) == [("审核", "quality"), ("审批", "division_leader")]
    assert decided_by(chains["hotline_change"]) == [("审批", "general_manager")]


@pytest.mark.rule("A3")
def test_every_chain_follows_the_hierarchy() -> None:
    order = ["project_manager", "quality", "division_leader", "general_manager"]
    for chain in pack("property").chains.values():
        ranks = [order.index(step.role) for step in chain.steps]
        assert ranks == sorted(set(ranks)), chain.kind


def test_every_clause_is_told_in_chinese_with_its_source() -> None:
    clauses = pack("property").clauses.values()
    assert {one.rule for one in clauses} == {
        *("A3", "B13", "C1", "C3", "D1", "D2", "D7", "D8", "D10", "H1", "H2", "H3", "R2"),
    }
    for one in clauses:
        assert one.source
        assert 4 <= len(one.title) <= 20
        assert one.title[-1] not in "。."
        assert one.evidence.count(".") == 1


def test_every_chain_and_clock_is_bound_by_a_clause() -> None:
    regulation = pack("property")
    assert {one.chain for one in regulation.clauses_of("H2")} == set(regulation.chains)
    reactions = {one.clock for one in regulation.clauses.values() if one.kind is Kind.REACTION}
    assert reactions == set(regulation.clocks)


def test_labels_keep_the_order_of_the_file() -> None:
    regulation = pack("property")
    assert list(regulation.severities) == ["general", "important", "major"]
    assert list(regulation.request_kinds.values()) == ["咨询", "报修", "投诉", "求助", "建议", "表扬"]
    assert list(regulation.channels.values())[:3] == ["当面", "电话", "短信"]
    assert regulation.roles["division_leader"] == "分管领导"
    assert len(regulation.settings.satisfaction) == 5
    assert regulation.settings.soon == timedelta(hours=2)
    assert regulation.settings.public_for == timedelta(days=90)
    assert regulation.settings.pause_role == "project_manager"


@pytest.mark.rule("R1")
def test_every_clause_stands_in_one_chapter_in_their_order() -> None:
    regulation = pack("property")
    shown = regulation.chaptered()
    labels = list(regulation.chapters.values())
    assert [label for label, _ in shown] == [label for label in labels if label in dict(shown)]
    assert sorted(c.id for _, clauses in shown for c in clauses) == sorted(regulation.clauses)
    assert all(clauses for _, clauses in shown)


def test_a_pack_cannot_be_changed_after_reading() -> None:
    regulation = pack("property")
    with pytest.raises(TypeError):
        regulation.roles["steward"] = "x"  # type: ignore[index]
    with pytest.raises(AttributeError):
        regulation.clocks["closed"].amount = 70  # type: ignore[misc]


def test_the_pack_is_read_once_and_unknown_packs_are_named() -> None:
    assert pack("property") is pack("property", date(2020, 1, 1)) is packs()["property"]
    with pytest.raises(LookupError, match="atlantis"):
        pack("atlantis")


def test_the_past_is_judged_by_the_version_in_force_then(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from saas.policy import loader

    old = pack("property")
    new = replace(old, version="2.0", valid_from=date(2027, 1, 1))
    monkeypatch.setattr(loader, "_shipped", lambda: (new, old))
    versions.cache_clear()
    try:
        assert pack("property", date(2026, 12, 31)) is old
        assert pack("property", date(2027, 1, 1)) is new
        with clock.at(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)):  # half past midnight in Shanghai
            assert pack("property") is packs()["property"] is new
    finally:
        versions.cache_clear()


@pytest.mark.rule("H2")
def test_a_mail_to_a_customer_takes_the_longest_chain() -> None:
    chains = pack("property").chains.values()
    assert [chain.kind for chain in chains if "email" in chain.channels] == ["reply_letter"]
