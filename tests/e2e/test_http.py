"""Plain HTTP routes: whoever can send a request can send these."""
import http.client
import re
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Portal


def request(portal: Portal, method: str, path: str, body: str = "", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(portal.address).netloc, timeout=10)
    connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"} | headers)
    answer = connection.getresponse()
    answer.text = answer.read().decode("utf-8", "replace")  # type: ignore[attr-defined]
    return answer


def test_health_says_ok_for_each_part(portal: Portal):
    answer = request(portal, "GET", "/health")
    assert answer.status == 200 and answer.text == '{"database":"ok","valkey":"ok","consumer":"ok","disk":"ok"}'


@pytest.mark.parametrize("path", ["/session", "/session/end"])
@pytest.mark.parametrize("origin", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_forms_of_other_sites_are_refused(portal: Portal, path: str, origin: dict[str, str]):
    answer = request(portal, "POST", path, urlencode({"ticket": "x"}), **origin)
    assert answer.status == 403 and answer.getheader("set-cookie") is None


def test_a_wrong_ticket_opens_nothing(portal: Portal):
    answer = request(portal, "POST", "/session", urlencode({"ticket": "forged", "next": "/visits"}), Origin=portal.address)
    assert (answer.status, answer.getheader("location"), answer.getheader("set-cookie")) == (303, "/sign-in?late=1", None)


@pytest.mark.parametrize("path", ["/_upload", "/_upload/x"])
def test_reflexs_own_upload_route_is_closed(portal: Portal, path: str):
    assert request(portal, "POST", path).status in (404, 405)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/health", "/webhooks/twilio/status"])
def test_every_answer_has_security_headers(portal: Portal, path: str):
    answer = request(portal, "GET", path)
    assert answer.getheader("x-content-type-options") == "nosniff" and answer.getheader("x-frame-options") == "DENY"
    assert answer.getheader("referrer-policy") == "same-origin"


def test_a_callback_without_its_signature_is_refused(portal: Portal):
    body = urlencode({"MessageSid": "SM1", "MessageStatus": "delivered"})
    assert request(portal, "POST", "/webhooks/twilio/status?message=x", body).status == 403


def test_an_unknown_address_has_a_page_of_ours_with_a_way_on(portal: Portal, open_page):
    assert request(portal, "GET", "/no/such/page").status == 404
    page = open_page()
    page.goto("/no/such/page")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page doesn’t exist")
    expect(page.get_by_role("link", name="Go to home")).to_be_visible()


def test_a_request_that_fails_is_a_page_with_its_reference(portal: Portal):
    portal.sql("REVOKE EXECUTE ON FUNCTION session_open FROM carelane_app")
    try:
        answer = request(portal, "POST", "/session", urlencode({"ticket": "x"}), Origin=portal.address, Accept="text/html")
    finally:
        portal.sql("GRANT EXECUTE ON FUNCTION session_open TO carelane_app")
    assert answer.status == 500 and re.search(r"TX(-[0-9A-Z]{4}){4}", answer.text)
    assert "Something went wrong" in answer.text and "session_open" not in answer.text


def test_nobody_is_in_the_public_bundle(portal: Portal):
    """What is built is the same for everyone: no setting and no person may be in it."""
    from portal_app.launch import front_end

    built = front_end.ready()[0]
    files = [path for path in built.rglob("*") if path.suffix in (".js", ".html", ".json", ".css")]
    text = "".join(path.read_text(errors="replace") for path in files)
    for secret in ("Moreno", "alice@example.com", "demo-secret", "carelane_app", "unix://", "postgresql://"):
        assert secret not in text, secret
