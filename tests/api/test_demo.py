"""The demo's pages are not there outside of it."""
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from portal_app.api.demo import DemoOnly
from tests.api.asking import Asking
from tests.texts import outside_the_demo, use_settings  # noqa: F401  # a fixture

client = Asking(DemoOnly(Starlette(routes=[Route("/{path:path}", lambda _: PlainTextResponse("here"))])))
PATHS = ("/demo/components", "/demo/components/", "/demo//components", "/demo/phone", "/demo/phone?of=1", "/demo", "/demo/x.js")


@pytest.mark.parametrize("path", PATHS)
def test_they_answer_like_an_address_that_does_not_exist(path: str, outside_the_demo: None):  # noqa: F811
    answer = client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 404 and "This page doesn’t exist" in answer.text


def test_in_the_demo_they_are_there_and_all_else_always_is(monkeypatch: pytest.MonkeyPatch):
    use_settings(monkeypatch, SMS_SANDBOX_URL="http://127.0.0.1:9")
    assert all(client.get(path).text == "here" for path in PATHS)


@pytest.mark.parametrize("path", [path for path in PATHS if "phone" in path])
def test_the_phone_is_not_there_while_texts_really_leave(path: str, monkeypatch: pytest.MonkeyPatch):
    use_settings(monkeypatch, SMS_SANDBOX_URL="")
    assert client.get(path).status_code == 404 and client.get("/demo/components").text == "here"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/demonstration", "/visits/demo"])
def test_no_other_page_is_missing(path: str, outside_the_demo: None):  # noqa: F811
    assert client.get(path).text == "here"
