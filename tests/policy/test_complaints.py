"""Who handles complaints, where, why nothing is answered, and the limits of the residents' form: said by the pack."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from saas.identity.access import admits, allow
from saas.policy.loader import FOLDER, VARIABLE, load, pack
from saas.policy.pack import Pack
from saas.policy.source import PackError
from tests.policy.small import version

GOOD = (FOLDER / "property.toml").read_text(encoding="utf-8")


def mistakes(folder: Path, old: str, new: str) -> list[tuple[int, str]]:
    """What the author of the pack is told after this change."""
    assert GOOD.count(old) == 1, old
    path = folder / "own.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load(path)
    return [(each.line, each.message) for each in caught.value.problems]


@pytest.mark.rule("D8")
def test_customer_service_is_a_department_that_answers() -> None:
    assert [each.code for each in pack("property").departments.values() if each.replies] == ["customer_service"]


@pytest.mark.rule("D12")
def test_reasons_not_to_answer_say_whether_somebody_could_have_been_reached() -> None:
    reasons = pack("property").no_reply_reasons
    assert {code: each.unreachable for code, each in reasons.items()} == {
        "anonymous": True, "public_letter": False, "spoken": False,
    }  # fmt: skip


@pytest.mark.rule("D3")
def test_the_supervisor_judges_and_everybody_who_acts_may_read() -> None:
    roles = pack("property").complaint_roles
    assert roles.judges == roles.closers == ("service_supervisor", "project_manager")
    assert {"technician", "engineering_supervisor"} <= set(roles.handlers) <= set(roles.readers)
    assert "front_desk" in roles.newcomers


@pytest.mark.rule("D1")
def test_the_residents_form_has_its_limits() -> None:
    form = pack("property").public_form
    assert (form.source, form.channel, form.pictures, form.within) == ("qr_code", "online", 3, timedelta(hours=1))
    assert (form.per_door, form.per_address) == (300, 30)


@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        (", replies = true, head", ", head", "没有部门答复客户"),
        ('order = { label = "秩序部" }', 'order = { label = "秩序部", reply = true }', "不认识的键 reply"),
        ('order = { label = "秩序部" }', 'order = "秩序部"', "请写一节"),
        ('spoken = { label = "已由客服当面或电话答复" }', "spoken = { unreachable = false }", "缺少 label"),
        ('closers = ["service_supervisor", "project_manager"]', 'closers = ["king"]', "没有叫“king”的角色"),
        ('closers = ["service_supervisor", "project_manager"]', 'closers = ["brand"]', "brand不在 readers 里"),
        ('closers = ["service_supervisor", "project_manager"]', 'closers = ["customer"]', "没有叫“customer”的角色"),
        ('newcomers = ["steward", "front_desk"]', "", "缺少 newcomers"),
        ('transferors = ["finance", "legal"', 'transferors = ["king", "legal"', "没有叫“king”的角色"),
        ('legal = "法务部"', 'Legal = "法务部"', "代号 Legal 不合规则"),
        ('newcomers = ["steward", "front_desk"]', "newcomers = []", "至少要有一项"),
        ('source = "qr_code"', 'source = "pigeon"', "没有叫“pigeon”的来源"),
        ('channel = "online"', 'channel = "smoke"', "没有叫“smoke”的受理方式"),
        ("longest_body = 4000", "longest_body = 40000", "最大是 20000"),
        ("pictures = 3", "pictures = 99", "最大是 9"),
        ("per_address = 30", "per_address = 0", "最小是 1"),
        ('within = "1h"', 'within = "0m"', "至少 1m"),
        ('repeated = "repeated"', 'repeated = "often"', "没有叫“often”的情形"),
        ('warned = ["quality", "legal"]', 'warned = ["quality", "brand"]', "brand不在 readers 里"),
        ('clocks = ["solution", "closed"]', 'clocks = ["soon"]', "没有叫“soon”的时限"),
        ('needs = ["compensation"]', 'needs = ["tea"]', "没有叫“tea”的办结条件"),
        ('over = "yuan_division_leader"', 'over = "callback_days"', "须恰有一条写它"),
        ("percent = 35", "percent = 145", "0 到 100"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, advice: str) -> None:
    line = GOOD[: GOOD.index(old)].count("\n") + 1
    told = [(at, words) for at, words in mistakes(tmp_path, old, new) if advice in words]
    assert len(told) == 1
    table = GOOD[: GOOD.index(old)].rindex("\n[")
    assert GOOD[: table + 1].count("\n") + 1 <= told[0][0] <= line


def test_a_form_without_photos_is_a_choice(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(GOOD.replace("pictures = 3", "pictures = 0"), encoding="utf-8")
    assert load(path).public_form.pictures == 0


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Pack:
    """Another regulation beside ours, in which technicians do not read complaints."""
    own = ('id = "property"', 'id = "strict"'), ('"technician", "quality"', '"quality"'), (', "technician"]', "]")
    version(tmp_path, "1.0", "2026-01-01", *own)
    version(tmp_path, "1.1", "2026-01-01")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return pack("strict")


@pytest.mark.rule("R1")
def test_a_view_opens_to_the_roles_of_the_pack_that_binds_the_tenant(strict: Pack) -> None:
    view = allow("legal", lambda rules: rules.complaint_roles.readers)(lambda: None)
    technician, lawyer = frozenset({"technician"}), frozenset({"legal"})
    assert admits(view, "property", technician)
    assert not admits(view, "strict", technician)
    assert admits(view, "strict", lawyer)
    assert not admits(view, "strict", frozenset())
    assert not admits(allow(lambda rules: ())(lambda: None), "strict", lawyer)  # nobody, not everybody
    assert admits(allow()(lambda: None), "strict", frozenset())
    assert not admits(None, "strict", lawyer)


@pytest.mark.rule("A5")
def test_money_climbs_the_chain_by_the_numbers_of_the_authority_matrix() -> None:
    rules = pack("property")
    chain = rules.chains["compensation"]

    def deciders(yuan: str | None) -> list[str]:
        amount = Decimal(yuan) if yuan else None
        return [step.role for step in chain.steps_for(amount=amount, limits=rules.numbers)]

    every = ["project_manager", "division_leader", "general_manager"]
    assert [deciders(each) for each in ("0.01", "1000", "1000.01", "5000", "5000.01")] == [
        every[:1], every[:1], every[:2], every[:2], every,
    ]  # fmt: skip
    assert deciders(None) == every, "without an amount nobody is left out"
