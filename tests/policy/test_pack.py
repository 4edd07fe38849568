"""The property pack says what the regulation says."""

import re
from datetime import date, timedelta

import pytest

from saas.policy.loader import pack, packs
from saas.policy.pack import Chain, Clock, Kind, Unit
from saas.policy.words import figures


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
    regulation = pack("property")
    for chain in regulation.chains.values():
        ranks = [regulation.hierarchy.index(step.role) for step in chain.steps if step.role in regulation.hierarchy]
        assert ranks == sorted(set(ranks)), chain.kind
        assert bool(chain.channels) != chain.inner, chain.kind


RULES = {
    "A": (3, 5, 6, 7), "B": (2, 3, *range(5, 18)), "C": range(1, 9), "D": range(1, 18), "E": range(1, 7),
    "F": range(1, 12), "G": range(1, 5), "H": range(1, 8), "I": range(1, 7), "J": range(1, 4), "K": range(1, 3),
    "L": range(1, 3), "M": range(1, 4), "N": range(1, 2), "O": range(1, 3), "P": range(1, 3), "R": (1, 2),
}  # fmt: skip
"""The rules of the catalogue that bind a property company; the others are features of the product."""


@pytest.mark.rule("R1")
def test_every_rule_that_binds_a_property_company_is_a_clause() -> None:
    bound = {f"{group}{number}" for group, numbers in RULES.items() for number in numbers}
    assert {one.rule for one in pack("property").clauses.values()} == bound


@pytest.mark.rule("R1")
def test_every_clause_is_told_in_chinese_with_its_source() -> None:
    for one in pack("property").clauses.values():
        assert re.match(r"00[0-4] |用户要求|各规程", one.source), one.id
        assert 4 <= len(one.title) <= 16, one.id
        assert one.title[-1] not in "。."
        assert one.text[-1] == "。", one.id


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    ("clause", "told"),
    [
        ("value-grade-review", "每年，3 月 30 日前"),
        ("new-dossier", "5 个工作日；招商客户次日 10 时前"),
        ("loan-return", "3 天"),
        ("dossier-inspection", "每半年，末月底前"),
        ("guest-reception", "A 类每人 500 元；B 类每人 300 元；C 类每人 200 元；D 类每人 150 元"),
        ("call-recordings", "保存 30 天"),
        ("hotline-result", "24 小时"),
        ("major-warning", "24 小时"),
        ("matters-answered", "每月全部"),
        ("complaint-statistics", "每月，次月 10 日前"),
        ("complaint-callback-quota", "一般 50%、重要 100%、重大 100%"),
        ("repair-arrival", "10 分钟"),
        ("repair-callback-quota", "每月不少于 30%；完成后 30 天内"),
        ("visit-plan-year", "每年，上年 12 月 28 日前；项目经理 → 分管领导"),
        ("visit-plan-month", "每月，上月 28 日前；项目经理"),
        ("new-project-plan", "3 个月"),
        ("manager-visits", "每月不少于 3 户"),
        ("vacant-interviews", "每年全部"),
        ("vacant-newsletter", "每季度，首月 5 日前"),
        ("vacant-invitations", "每季度不少于 25%"),
        ("occupied-coverage", "每季度不少于 25%"),
        ("face-to-face-share", "每季度不少于 30%"),
        ("steward-visits", "每位管家 10 户"),
        ("meeting-notice", "提前 10 天"),
        ("leader-attendance", "每年不少于 1 次"),
        ("tenants-met", "每年不少于 90%"),
        ("reply-letter-approval", "项目经理 → 分管领导 → （总经理）"),
        ("report-approval", "每季度，次月 10 日前；项目经理 → 分管领导"),
        ("report-published", "每季度，次月 20 日前"),
        ("annual-accounts", "每年，1 月 15 日前"),
        ("community-event", "每季度不少于 1 次"),
        ("event-callbacks", "每季度不少于 10%；完成后 30 天内"),
        ("resolution-rate", "每月不少于 90%"),
        ("pest-control", "每月不少于 2 次"),
        ("tank-cleaning", "每年不少于 2 次"),
        ("survey-year", "每年，12 月底前"),
    ],
)
def test_the_numbers_are_those_of_the_regulation(clause: str, told: str) -> None:
    regulation = pack("property")
    assert figures(regulation.clauses[clause], regulation).startswith(told)


@pytest.mark.rule("R1")
def test_every_chain_clock_chapter_and_figure_is_used() -> None:
    regulation = pack("property")
    clauses = regulation.clauses.values()
    sent = {chain.kind for chain in regulation.chains.values() if not (chain.inner or chain.held)}
    assert {one.chain for one in regulation.clauses_of("H2")} == sent
    assert regulation.price_lists
    assert {one.chain for one in clauses if one.chain} | {regulation.price_lists.chain} == set(regulation.chains)
    assert {one.clock for one in clauses if one.kind is Kind.REACTION and one.clock} == set(regulation.clocks)
    assert {one.chapter for one in clauses} == set(regulation.chapters)
    assert {code for one in clauses for code in one.numbers} == set(regulation.figures)


@pytest.mark.rule("R2")
def test_every_periodic_clause_reminds_and_escalates_to_staff() -> None:
    for one in pack("property").clauses.values():
        if one.kind is Kind.PERIODIC:
            assert one.deadline is not None
            assert one.remind, one.id
            assert one.escalation, one.id


@pytest.mark.rule("C1")
@pytest.mark.rule("C2")
def test_labels_keep_the_order_of_the_file() -> None:
    regulation = pack("property")
    assert list(regulation.severities) == ["general", "important", "major"]
    assert list(regulation.request_kinds.values()) == ["咨询", "报修", "投诉", "求助", "建议", "表扬"]
    assert list(regulation.channels.values()) == [
        "当面", "电话", "短信", "信函", "邮件", "线上", "访谈", "活动", "会议",
    ]  # fmt: skip
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


@pytest.mark.rule("H2")
def test_a_mail_to_a_customer_takes_the_longest_chain() -> None:
    chains = pack("property").chains.values()
    assert [chain.kind for chain in chains if "email" in chain.channels] == ["reply_letter"]
