"""Every clause of every pack names a query that some slice answers, with nothing on record and with much."""

from datetime import timedelta

import pytest
from flask import Flask, url_for

from saas import clock
from saas.policy.evidence import Evidence, Question, told
from saas.policy.loader import packs
from saas.policy.pack import Clause, Pack
from tests.architecture.town import Town
from tests.world import Place

AROUND = timedelta(days=21)
CLAUSES = [(pack, clause) for pack in packs().values() for clause in pack.clauses.values()]


def ask(app: Flask, place: Place, pack: Pack, clause: Clause) -> Evidence:
    """Over the weeks around today, so that the answer does not hang on the day of the month."""
    asked = Question(clause, pack, clock.now() - AROUND, clock.now() + AROUND)
    with place.inside():
        return told(app.extensions["evidence"][clause.evidence].query(asked))


@pytest.mark.rule("R1")
def test_every_clause_has_its_query_and_every_query_its_clause(app: Flask) -> None:
    assert {clause.evidence for _, clause in CLAUSES} == set(app.extensions["evidence"])


@pytest.mark.rule("R1")
def test_a_project_without_records_answers_nothing(app: Flask, furnished: Town) -> None:
    empty = furnished.world.project(furnished.office, "kong", "空地")
    answers = {clause.id: ask(app, empty, pack, clause) for pack, clause in CLAUSES}
    assert answers == dict.fromkeys(answers, Evidence())


@pytest.mark.rule("R1")
def test_records_answer_with_pages_that_are_there(app: Flask, furnished: Town) -> None:
    silent = set()
    for pack, clause in CLAUSES:
        answer = ask(app, furnished.here, pack, clause)
        assert len(answer.records) == answer.met + answer.missed + answer.open, clause.id
        with app.test_request_context():
            for record in answer.records:
                assert record.label
                url_for(record.endpoint, company="a", project="b", **record.where)
        if not answer.records:
            silent.add(clause.chain or clause.id)
    # Chains by which this town sent nothing, and clocks whose warning is yet to come.
    assert silent <= {"notice", "sms", "online_reply", "questionnaire", "hotline_change", "duty-reminders"}
