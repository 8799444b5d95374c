"""The demo's phone as its page shows it."""
from services.providers.ports import Outgoing
from services.providers.twilio import provider
from state.phone import PartRow, Phone, parts
from tests.state.tab import Tab, target


def test_a_phone_number_and_a_web_address_in_a_text_can_be_followed():
    said = parts("Questions? Call (602) 555-0190, or see https://example.org/v?a=1.")
    assert said == [
        PartRow("Questions? Call "), PartRow("(602) 555-0190", "tel:+1-602-555-0190"), PartRow(", or see "),
        PartRow("https://example.org/v?a=1", "https://example.org/v?a=1"), PartRow(".")]


def test_neither_a_code_nor_a_time_is_taken_for_a_phone_number():
    for body in ("123456 is your Carelane code. It works for 10 minutes.", "See you Thu, Nov 26 at 9:40 AM MST.", "C"):
        assert parts(body) == [PartRow(body)]


def test_choosing_someone_shows_their_texts_at_an_address_of_its_own(sandbox):
    tab = Tab()
    tab.opens("/demo/phone", Phone.load)
    phone = tab.state(Phone)
    pam = phone.people[1]
    assert phone.chosen == phone.people[0].id
    provider().send(Outgoing("t.1", "+16025550102", "for Pam", 60))
    tab.opens(target(tab.do(Phone.choose, pam.id)), Phone.load)
    assert (phone.name, [one.parts[0].words for one in phone.texts]) == ("Pam Moreno", ["for Pam"])


def test_anything_may_be_sent_in_place_of_a_person(sandbox):
    tab = Tab()
    for forged in (None, 7, "../x", "a&b=c"):
        tab.opens(target(tab.do(Phone.choose, forged)), Phone.load)
        assert tab.state(Phone).chosen == tab.state(Phone).people[0].id
