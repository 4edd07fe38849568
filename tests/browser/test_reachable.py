"""Every page can be found by following links from where a person starts; nothing offered leads to a refusal."""

from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.crawling import Visited, pattern

# Found otherwise than by a link on a page.
ELSEWHERE = {
    "static": "named by the pages themselves",
    "health.healthz": "asked by a supervisor",
    "health.readyz": "asked by a supervisor",
    "identity.home": "the front door: typed",
    "identity.login": "where one is sent",
    "identity.code": "where one is sent after the password",
    "identity.second_factor": "where one is sent after asking for it",
    "identity.invitation": "in a mail",
    "identity.reset": "in a mail",
    "identity.forgotten": "on the sign-in page",
    "letters.show": "in a mail and behind a QR code",
    "residents.complain": "behind a QR code",
    "readers.show": "behind a QR code",
    "shelf.show": "behind a QR code",
    "readers.verify": "behind the QR code of a report",
    "readers.file": "on the public page of a report",
    "readers.picture": "on the public page of a report",
    "readers.review": "handed to the owners' committee",
    "readers.review_picture": "on the page of the owners' committee",
    "readers.received": "where one is sent after answering",
    "reports.picture": "on the page of a report",
    "imports.progress": "asked for by the page of an import while it is read",
    "reports.papers": "asked for by the page of a report while a paper is made",
    "residents.follow": "where one is sent after the QR form",
    "agendas.feed": "in a calendar program",
    "mailbox.index": "printed by bin/run",
    "mailbox.show": "on the page of the mailbox",
    "documents.show": "where one is sent after asking for a sheet",
    "documents.file": "on the page of a document that is ready",
    "complaints.bulk_run": "where one is sent after acting on many",
    "complaints.bulk_file": "on the page of an export",
    "repairs.bulk_run": "where one is sent after acting on many",
    "repairs.bulk_file": "on the page of an export",
    "articles.pick": "asked for by the picker of phrases",
    "complaints.hotline_result": "on the list of hotline complaints, once one was reported",
    "complaints.small_picture": "drawn on the page of a case",
    "repairs.small_picture": "drawn on the page of a repair",
}


def test_every_page_is_found_by_following_links(app: Flask, crawled: dict[str, list[Visited]]) -> None:
    refused, found = set(), set()
    urls = app.url_map.bind("localhost")
    for role, visited in crawled.items():
        for path, source, status in visited:
            try:
                endpoint, _ = urls.match(urlsplit(path).path, "GET")
            except HTTPException:
                endpoint = ""
            if status < 400:
                found.add(endpoint)
            else:
                refused.add(f"{role}: {pattern(path)} on {pattern(source)} answers {status}")
    assert refused == set()
    readable = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert readable - found - set(ELSEWHERE) == set()
