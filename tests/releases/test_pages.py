"""The pages of 信息发布: every route as page, as fragment, with bad input, and for another tenant."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask

from saas import clock
from saas.approvals.models import Decision
from saas.db import db
from saas.policy.loader import pack
from saas.tenancy.staff import Delegation
from tenants.releases.models import Delivery, Release
from tenants.releases.standing import UNKNOWN_AFTER
from tests.releases.office import BODY, TITLE, Office, Post
from tests.releases.test_delivery import killed
from tests.world import Person, World

HIDDEN = re.compile(r'name="(approval|hash|version)" value="([^"]*)"')


def decision(person: Person, release: UUID, **more: str) -> dict[str, str]:
    """The decision form as the page shows it to this person."""
    return dict(HIDDEN.findall(person.get(f"releases/{release}").text)) | more


LETTER = {"kind": "notice", "title": "停水通知", "body": BODY, "on_page": "y"}


def test_a_letter_is_written_submitted_decided_and_published_in_the_browser(office: Office, post: Post) -> None:
    assert "还没有对外信息" in office.steward.get("releases").text
    answer = office.steward.post("releases", {**LETTER, "kind": "reply_letter", "emails": "王女士 <wang@example.com>"})
    assert answer.status_code == 303
    release = UUID(answer.location.rpartition("/")[2])
    assert "发布前检查" in office.steward.get(f"releases/{release}").text
    assert office.steward.post(f"releases/{release}/submission", {"version": "1"}).status_code == 303
    waiting = office.manager.get("releases?view=waiting").text
    assert "停水通知" in waiting
    shown = office.manager.get(f"releases/{release}").text
    assert "同意，送审批" in shown
    for person in (office.manager, office.leader):
        assert (
            person.post(f"releases/{release}/decisions", decision(person, release, verdict="approved")).status_code
            == 303
        )
    office.deliver_all(release)
    shown = office.steward.get(f"releases/{release}").text
    assert "扫码查看公开页" in shown
    assert "w***@example.com" in shown
    assert "wang@example.com" not in shown
    assert len(post.envelopes) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "请填写标题"),
        ({"title": "长" * 200}, "标题最多"),
        ({"body": " \n"}, "请填写正文"),
        ({"body": "长" * 20_500}, "正文最多"),
        ({"kind": "x"}, "请从列表里选择一项"),
        ({"emails": "nobody"}, "不是邮箱地址"),
        ({"emails": "王 <a@b.cn>"}, "通知、通告不能用电子邮件发出"),
        ({"kind": "sms"}, "请从列表里选择一项"),
        ({"emails": "a@b.cn\n" * 201}, "最多 200 个邮箱"),
        ({"emails": "王\r\nBcc: x@y.cn <a@b.cn>\n"}, "不是邮箱地址"),
    ],
)
def test_a_bad_letter_comes_back_with_what_was_typed(office: Office, changed: dict[str, str], said: str) -> None:
    answer = office.steward.post("releases", {**LETTER, "title": "留住这个标题", **changed})
    assert answer.status_code == 422
    assert said in answer.text
    assert "title" in changed or "留住这个标题" in answer.text
    with office.place.inside():
        assert db.session.query(Release).count() == 0


def test_hostile_text_stays_text(office: Office, post: Post) -> None:
    bad = "<script>alert(1)</script>{{ 7*7 }}"
    answer = office.steward.post("releases", {**LETTER, "title": bad, "body": bad + "\n" + BODY})
    release = UUID(answer.location.rpartition("/")[2])
    office.steward.post(f"releases/{release}/versions", {**LETTER, "title": bad, "body": "x" + bad, "version": "1"})
    shown = office.steward.get(f"releases/{release}").text
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown
    assert "<ins>" in shown


@pytest.mark.rule("H3")
def test_a_return_without_a_reason_keeps_the_page_and_with_one_comes_back(office: Office) -> None:
    release = office.reply()
    office.submit(release)
    url = f"releases/{release}/decisions"
    answer = office.manager.post(url, decision(office.manager, release, verdict="returned", reason=" "))
    assert answer.status_code == 422
    assert "退回时请写明要修改什么" in answer.text
    answer = office.manager.post(url, decision(office.manager, release, verdict="returned", reason="请写明时长"))
    assert answer.status_code == 303
    assert "请写明时长" in office.steward.get(f"releases/{release}").text
    assert "已退回" in office.steward.get("releases?state=returned").text


@pytest.mark.rule("H3")
def test_a_decision_on_an_edited_text_is_a_conflict_and_voids(office: Office) -> None:
    release = office.reply()
    office.submit(release)
    seen = decision(office.manager, release, verdict="approved", reason="已核对")
    form = {**LETTER, "title": TITLE, "body": BODY.replace("数分钟", " 19 分钟"), "version": "1"}
    assert office.steward.post(f"releases/{release}/versions", form).status_code == 303
    answer = office.manager.post(f"releases/{release}/decisions", seen)
    assert answer.status_code == 409
    assert office.state(release) == "draft"
    shown = office.steward.get(f"releases/{release}").text
    assert "<ins> 19 </ins>" in shown or "<ins>" in shown
    assert "与第 1 版比较" in shown
    assert "<ins>" not in office.steward.get(f"releases/{release}?view=final").text


@pytest.mark.rule("H3")
def test_twenty_posts_at_once_have_one_effect(office: Office) -> None:
    release = office.reply()
    office.submit(release)
    form = decision(office.manager, release, verdict="approved")
    office.manager.post("nowhere")  # fetches the CSRF token once
    app = office.place.world.app
    cookie = office.manager.client.get_cookie("sid")
    assert cookie is not None

    def one(n: int) -> int:
        client = app.test_client()
        for name in ("sid", "session"):
            kept = office.manager.client.get_cookie(name)
            client.set_cookie(name, kept.value if kept else "")
        key = {"key": form_key} if n % 2 else {"key": str(uuid4())}
        data = {**form, **key, "csrf_token": office.manager.csrf}
        return client.post(office.manager.at(f"releases/{release}/decisions"), data=data).status_code

    form_key = str(uuid4())
    with ThreadPoolExecutor(5) as pool:
        codes = list(pool.map(one, range(20)))
    assert set(codes) <= {303, 403, 409}
    assert 303 in codes
    with office.place.inside():
        assert db.session.query(Decision).count() == 1


def test_a_form_posted_twice_makes_one_letter(office: Office) -> None:
    form = {**LETTER, "key": str(uuid4())}
    first, second = (office.steward.post("releases", form) for _ in range(2))
    assert first.location == second.location
    with office.place.inside():
        assert db.session.query(Release).count() == 1


def test_who_may_not_is_told_so(office: Office) -> None:
    outsider = office.place.staff("财务", "finance")
    release = office.reply()
    for path in ("releases/new", f"releases/{release}/edit"):
        assert outsider.get(path).status_code == 403
    assert outsider.post("releases", LETTER).status_code == 403
    assert office.manager.get(f"releases/{release}/edit").status_code == 403
    office.submit(release)
    form = decision(office.manager, release, verdict="approved")
    for person in (outsider, office.steward, office.leader):
        assert person.post(f"releases/{release}/decisions", form).status_code == 403
    assert "您的决定" not in office.steward.get(f"releases/{release}").text


VERBS = ("versions", "submission", "decisions", "withdrawal", "transfers", "urgings", "copies", "acknowledgement")


def test_another_tenant_finds_nothing(office: Office, world: World) -> None:
    release = office.approved()
    stranger = world.project(world.company("hengtai", "恒泰物业"), "binjiang", "滨江一号").staff("赵敏", "steward")
    for path in (f"releases/{release}", f"releases/{release}/edit"):
        assert stranger.get(path).status_code == 404
        assert stranger.get(office.steward.at(path)).status_code == 404
    for verb in VERBS:
        assert stranger.post(f"releases/{release}/{verb}", {"version": "1"}).status_code == 404
    assert TITLE not in stranger.get("releases").text


@pytest.mark.parametrize("verb", VERBS)
def test_empty_and_foolish_forms_are_never_an_error_of_ours(office: Office, verb: str) -> None:
    release = office.reply()
    office.submit(release)
    for person in (office.steward, office.manager):
        for form in ({}, {"version": "x", "approval": "x", "hash": "\x00", "to": "1", "verdict": "9" * 5000}):
            assert person.post(f"releases/{release}/{verb}", form).status_code in (303, 403, 409, 422)
    assert office.steward.get("releases?page=-1&size=x&state=%00&q=%25&kind=x&view=x").status_code == 200
    assert office.steward.get(f"releases/{uuid4()}").status_code == 404


FOUND = (("kind=notice", "停水通知"), ("q=停水", "停水通知"), ("q=王秀梅", TITLE), ("state=draft", TITLE))


def test_the_list_is_filtered_and_answers_a_fragment(office: Office) -> None:
    office.reply()
    office.steward.post("releases", LETTER)
    assert "<html" not in office.steward.part("releases").text
    for query, found in (
        ("kind=notice", "停水通知"),
        ("q=停水", "停水通知"),
        ("q=王秀梅", TITLE),
        ("state=draft", TITLE),
    ):
        text = office.steward.get(f"releases?{query}").text
        assert found in text
    assert TITLE not in office.steward.get("releases?kind=notice").text
    assert "没有符合条件的信息" in office.steward.get("releases?q=100%25").text
    assert "XRWY-KF-13" in office.steward.get("releases").text


def test_several_are_approved_together_each_with_its_result(office: Office) -> None:
    one, two = office.reply(), office.reply()
    for release in (one, two):
        office.submit(release)
    values = re.findall(r'name="ids" value="([^"]+)"', office.manager.get("releases?view=waiting").text)
    assert len(values) == 2
    office.decide(two, UUID(next(v for v in values if v.startswith(str(two))).split(":")[1]), office.manager)
    answer = office.manager.post("releases/decisions", {"ids": [*values, "nonsense", "a:b:c:d"]})
    assert answer.status_code == 200
    assert "已同意，送审批" in answer.text
    assert "您已决定过前面的步骤" in answer.text
    assert office.manager.post("releases/decisions", {}).status_code == 303
    assert office.state(one) == "in_review"


@pytest.mark.rule("A3")
def test_a_delegate_is_told_for_whom_they_decide(office: Office) -> None:
    deputy = office.place.staff("韩立群", "brand")
    today = clock.local(clock.now()).date()
    with office.place.inside():
        db.session.add(
            Delegation(
                from_id=office.manager.id,
                to_id=deputy.id,
                role="project_manager",
                starts_on=today,
                ends_on=date(2099, 1, 1),
                reason="出差",
                created_at=clock.now(),
            )
        )
        db.session.commit()
    release = office.reply()
    office.submit(release)
    assert "您正代陈志远审核" in deputy.get(f"releases/{release}").text
    deputy.post(f"releases/{release}/decisions", decision(deputy, release, verdict="approved"))
    shown = office.steward.get(f"releases/{release}").text
    assert "韩立群代陈志远" in shown
    assert "，代陈志远" in shown


def test_the_author_urges_and_withdraws_and_a_step_is_transferred(office: Office) -> None:
    other = office.place.staff("赵敏", "project_manager")
    release = office.reply()
    office.submit(release)
    assert office.steward.post(f"releases/{release}/urgings").status_code == 303
    assert office.steward.post(f"releases/{release}/urgings").status_code == 409
    assert office.manager.post(f"releases/{release}/transfers", {"to": str(other.id)}).status_code == 303
    assert "转交给 赵敏" in office.steward.get(f"releases/{release}").text
    assert office.steward.post(f"releases/{release}/withdrawal").status_code == 303
    assert office.state(release) == "draft"


def test_numbers_of_any_length_are_read_safely(office: Office) -> None:
    release = office.reply()
    approval = office.submit(release)
    ids = f"{release}:{approval}:{'9' * 5000}:x"
    assert office.manager.post("releases/decisions", {"ids": ids}).status_code == 303
    form = decision(office.manager, release, verdict="approved", version="9" * 5000)
    assert office.manager.post(f"releases/{release}/decisions", form).status_code == 409
    assert office.steward.post(f"releases/{release}/submission", {"version": "9" * 5000}).status_code == 409
    assert office.state(release) == "in_review"


def test_only_kinds_that_can_be_carried_out_are_offered(office: Office) -> None:
    shown = office.steward.get("releases/new").text
    for kind, there in (
        ("notice", True),
        ("reply_letter", True),
        ("online_reply", True),
        ("sms", False),
        ("questionnaire", False),
    ):
        assert (f'value="{kind}"' in shown) is there


def test_a_person_resolves_the_unknown_on_the_page(office: Office, post: Post) -> None:
    release = office.approved()
    killed(office, office.deliveries(release)["email"])
    with clock.at(clock.now() + UNKNOWN_AFTER):
        shown = office.steward.get(f"releases/{release}").text
        assert "结果不明" in shown
        assert "系统不会自行重发" in shown
        assert "结果待核实 1" in office.steward.get("releases").text
        with office.place.inside():
            attempt = db.session.get_one(Delivery, office.deliveries(release)["email"]).attempts[0].id
        url = f"releases/{release}/attempts/{attempt}/resolution"
        assert office.steward.post(url, {"verdict": "delivered"}).status_code == 422
        assert office.steward.post(url, {"verdict": "delivered", "note": "电话核实"}).status_code == 303
        assert "已核实送达" in office.steward.get(f"releases/{release}").text
        assert office.steward.post(f"releases/{release}/attempts/{uuid4()}/resolution").status_code == 409


def page_of(office: Office, release: UUID) -> str:
    with office.place.inside():
        return f"/p/{db.session.get_one(Release, release).token}"


def test_the_public_page_opens_with_the_delivery_and_closes_in_time(office: Office, app: Flask) -> None:
    release = office.approved(email="")
    where, anybody = page_of(office, release), app.test_client()
    assert anybody.get(where).status_code == 404
    office.deliver_all(release)
    answer = anybody.get(where)
    assert answer.status_code == 200
    assert "深表歉意" in answer.text
    assert "云栖花园管家服务中心" in answer.text
    assert "<script" not in answer.text
    assert "<svg" in answer.text
    assert "林晓燕" not in answer.text
    assert "noindex" in answer.headers["X-Robots-Tag"]
    with clock.at(clock.now() + pack("property").settings.public_for):
        assert anybody.get(where).status_code == 410
    for wrong in ("/p/x", "/p/" + "x" * 32, "/p/" + "x" * 500, "/p/%00"):
        assert anybody.get(wrong).status_code == 404
