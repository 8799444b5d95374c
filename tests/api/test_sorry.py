"""A request that can't be answered: the right status, a page of ours with a way on, and nothing of our insides."""
import re

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal_app.api import sorry
from portal_app.api.middleware import Transactions
from portal_app.core.errors import AlreadyCancelled, NotAllowed, NotFound, NotSignedIn, TooMany, Unavailable
from tests.api.asking import Asking

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FAULTS = {
    NotFound(): (404, "This page doesn’t exist", None),
    NotAllowed(): (403, "This page isn’t for you", None),
    TooMany(90): (429, "Please wait 2 min", "90"),
    Unavailable(): (503, "We’ll be right back", "10"),
    AlreadyCancelled(): (400, "already canceled", None),
    ValueError("secret detail"): (500, "It’s our fault", None),
}


def asking(fault: Exception) -> Asking:
    async def fails(_request: Request) -> Response:
        raise fault

    routes = [Route("/fails", fails, methods=["GET", "POST"])]
    return Asking(Transactions(Starlette(routes=routes, exception_handlers=sorry.handlers), routes))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_fault_has_its_status_and_a_page_with_a_way_on(fault: Exception):
    status, words, wait = FAULTS[fault]
    answer = asking(fault).get("/fails", headers=BROWSER)
    assert (answer.status_code, answer.headers.get("retry-after")) == (status, wait)
    assert words in answer.text and '<h1>' in answer.text and 'href="/"' in answer.text
    assert re.findall("<script[^>]*>", answer.text) == ['<script src="/look.js">']
    assert ("Try again</a>" in answer.text) == (status in (429, 500, 503))
    assert not re.search("secret|Traceback|sqlalchemy|ValueError", answer.text)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("fault", [ValueError("x"), Unavailable()], ids=lambda fault: type(fault).__name__)
def test_what_is_ours_to_mend_has_a_reference(fault: Exception):
    assert re.search(r'<b class="reference">TX(-[0-9A-Z]{4}){4}</b>', asking(fault).get("/fails", headers=BROWSER).text)


def test_a_form_that_failed_offers_no_blind_repetition():
    answer = asking(ValueError("x")).post("/fails", headers=BROWSER)
    assert answer.status_code == 500 and "Try again</a>" not in answer.text and "Go to home" in answer.text


def test_who_is_not_a_browser_gets_a_line():
    answer = asking(NotFound()).get("/fails", headers={"accept": "*/*"})
    assert (answer.status_code, answer.text) == (404, "This page doesn’t exist")


def test_who_is_signed_out_is_sent_to_sign_in():
    assert asking(NotSignedIn()).get("/fails", headers=BROWSER).headers["location"] == "/sign-in?late=1"


@pytest.mark.parametrize("method, status", [("PUT", 405), ("GET", 404)])
def test_an_address_that_is_not_there_has_the_page_too(method: str, status: int):
    answer = asking(NotFound()).request(method, "/fails" if status == 405 else "/other", headers=BROWSER)
    assert answer.status_code == status and "This page doesn’t exist" in answer.text
