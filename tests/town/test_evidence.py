"""Every clause whose records are kept names a query that some slice answers, with nothing on record and with much."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, url_for

from saas import clock
from saas.app import create_app
from saas.config import Config
from saas.policy.answers import off, unanswered
from saas.policy.evidence import MOST, Evidence, Question, told
from saas.policy.loader import FOLDER, VARIABLE, packs
from saas.policy.pack import Clause, Kind, Pack
from saas.policy.periods import period
from saas.policy.source import PackError
from tests.town.town import Town
from tests.world import Place
from wsgi import slices

AROUND = timedelta(days=21)
CLAUSES = [(pack, clause) for pack in packs().values() for clause in pack.clauses.values()]

# Kinds of records that no slice keeps yet: their clauses are 未启用. A noun goes from here when its slice lands.
OFF = """
    accounts activities alerts appraisals assemblies channels costs deliveries department_reports disclosures
    dossiers exit_permits fees filings fire_inspections gifts grades greetings guests hotlines indicators inspections
    leaks letters loans maintenance_jobs media meetings meters newsletters opinions patrols pest_controls plans
    promises recordings refinements renovations safekeepings statistics stewards stocks surveys talks
    tank_cleanings trainings undertakings visits
""".split()  # noqa: SIM905  # fmt: skip


def at_work(app: Flask) -> list[tuple[Pack, Clause]]:
    return [(pack, clause) for pack, clause in CLAUSES if clause.evidence in app.extensions["evidence"]]


def ask(app: Flask, place: Place, pack: Pack, clause: Clause) -> Evidence:
    """Over the weeks around today, so that the answer does not hang on the day of the month; a periodic duty over the
    period that is over."""
    asked = Question(clause, pack, clock.now() - AROUND, clock.now() + AROUND)
    if clause.kind is Kind.PERIODIC:
        over = period(clause.every, clock.local(clock.now()).date()).previous
        asked = Question(clause, pack, over.begin, over.end)
    with place.inside():
        return told(app.extensions["evidence"][clause.evidence].query(asked))


@pytest.mark.rule("R1")
def test_every_clause_of_kept_records_has_its_query_and_every_query_its_clause(app: Flask) -> None:
    names = app.extensions["evidence"]
    assert [str(problem) for pack in packs().values() for problem in unanswered(pack, names)] == []
    assert set(names) <= {clause.evidence for _, clause in CLAUSES}
    assert {clause.noun for pack in packs().values() for clause in off(pack, names)} == set(OFF)


@pytest.mark.rule("R1")
def test_a_pack_with_a_misspelled_query_is_refused_at_the_start_with_its_line(
    app: Flask, settings: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = (FOLDER / "property.toml").read_text(encoding="utf-8").replace("contacts.records", "contacts.recodrs")
    (tmp_path / "own.toml").write_text(wrong, encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(PackError, match=r"没有叫“contacts\.recodrs”的证据查询.*contacts\.first_responses") as caught:
        create_app(settings, slices())
    (problem,) = caught.value.problems
    assert wrong.split("\n")[problem.line - 1] == 'evidence = "contacts.recodrs"'
    assert str(problem).startswith(f"{tmp_path / 'own.toml'}:{problem.line}：")


@pytest.mark.rule("R1")
def test_a_project_without_records_answers_nothing(app: Flask, furnished: Town) -> None:
    empty = furnished.world.project(furnished.office, "kong", "空地")
    answers = {clause.id: ask(app, empty, pack, clause) for pack, clause in at_work(app)}
    assert answers == dict.fromkeys(answers, Evidence())


@pytest.mark.rule("R1")
def test_records_answer_with_pages_that_are_there(app: Flask, furnished: Town) -> None:
    silent = set()
    for pack, clause in at_work(app):
        answer = ask(app, furnished.here, pack, clause)
        counts = answer.met, answer.missed, answer.open
        assert len(answer.records) == sum(min(each, MOST) for each in counts), clause.id
        with app.test_request_context():
            for record in answer.records:
                assert record.label
                url_for(record.endpoint, company="a", project="b", **record.where)
        if not answer.records:
            silent.add(clause.chain or clause.id)
    # Chains by which this town sent nothing, clocks whose warning is yet to come, and what the head office answers.
    chains = {"notice", "sms", "online_reply", "questionnaire", "hotline_change"}
    assert silent <= chains | {"duty-reminders", "hotline-callback", "complaint-transfer"}
