"""The account page: each part of the profile saved alone, and worn at once."""
import pytest

from state.account import Account
from state.booked import Booked
from state.home import Home
from state.me import Me
from tests.cast import Cast, Person
from tests.services.test_replies import say
from tests.state.tab import Tab
from tests.visits import book


def opened(cast: Cast, person: Person | None = None) -> Tab:
    tab = Tab(person or cast.alice)
    tab.opens("/account", Account.load)
    return tab


def seen(tab: Tab, part: str) -> str:
    """The version that the form of a part carries."""
    return str(tab.state(Account).versions[part])


def test_what_is_saved_from_a_page_that_the_server_has_forgotten_is_saved(cast: Cast):
    tab = opened(cast)
    form = {"version": seen(tab, "name"), "preferred_name": "Lissy"}
    tab.state(Account).reset()
    tab.do(Account.save_name, form)
    assert tab.state(Me).name == "Lissy" and not tab.state(Account).outdated["name"]


@pytest.mark.parametrize("version", ["", "-1", "x", "9" * 30, "٣"])
def test_a_forged_version_saves_nothing(cast: Cast, version: str):
    tab = opened(cast)
    tab.do(Account.save_name, {"version": version, "preferred_name": "Lissy"})
    assert tab.state(Account).outdated["name"] and tab.state(Me).name == "Alice"


def test_a_name_is_used_in_the_shell_at_once_and_in_the_greeting(cast: Cast):
    tab = opened(cast)
    tab.do(Account.save_name, {"version": seen(tab, "name"), "preferred_name": "Lissy"})
    assert tab.state(Me).name == "Lissy" and tab.state(Account).saved["name"] == 1 and tab.state(Account).name == "Alice"
    tab.opens("/", Home.load)
    assert tab.state(Home).greeting.endswith(", Lissy")


def test_a_name_that_cannot_be_used_is_told_beside_its_field(cast: Cast):
    tab = opened(cast)
    tab.do(Account.save_name, {"version": seen(tab, "name"), "preferred_name": "x" * 41})
    account = tab.state(Account)
    assert list(account.errors) == ["preferred_name"] and account.saved["name"] == 0 and tab.state(Me).name == "Alice"


def test_another_tab_wears_the_look_once_it_is_woken(cast: Cast):
    one, other = opened(cast), opened(cast)
    one.do(Account.save_look, {"version": seen(one, "look"), "theme": "dark", "text_size": "large"})
    assert (one.state(Me).theme, other.state(Me).theme) == ("dark", "device")
    other.do(Me.refresh)
    assert (other.state(Me).theme, other.state(Me).text_size) == ("dark", "large")
    other.opens("/account", Account.load)
    assert other.state(Account).theme == "dark" and other.state(Account).editions["look"] == 1


def test_saving_one_part_leaves_what_another_tab_saved_in_another(cast: Cast):
    one, other = opened(cast), opened(cast)
    one.do(Account.save_look, {"version": seen(one, "look"), "theme": "dark", "text_size": "large"})
    other.do(Account.save_name, {"version": seen(other, "name"), "preferred_name": "Lissy"})
    one.do(Me.refresh)
    assert (one.state(Me).name, one.state(Me).theme) == ("Lissy", "dark")


def test_a_forged_look_changes_nothing(cast: Cast):
    tab = opened(cast)
    for forged in ({}, {"theme": "pink", "text_size": "normal"}, {"theme": None, "text_size": ["large"]}):
        tab.do(Account.save_look, {"version": seen(tab, "look"), **forged})
        assert tab.state(Account).alert and tab.state(Account).saved["look"] == 0
    tab.do(Me.refresh)
    assert tab.state(Me).theme == "device"


def test_texts_about_visits_are_turned_off_and_on(cast: Cast):
    tab = opened(cast)
    tab.do(Account.save_texts, {"version": seen(tab, "texts"), "text_language": "en"})
    assert not tab.state(Me).visit_texts and not tab.state(Me).reminder_texts
    tab.do(Account.save_texts, {"version": seen(tab, "texts"), "visit_texts": "yes", "text_language": "en"})
    assert tab.state(Me).visit_texts and not tab.state(Me).reminder_texts and tab.state(Account).saved["texts"] == 2


def test_too_many_downloads_are_told_on_the_page(cast: Cast):
    tab = Tab(cast.alice)
    tab.opens("/account?download=later", Account.load)
    assert "in an hour" in tab.state(Account).alert


def test_a_second_tab_is_told_what_the_first_saved_keeps_what_it_typed_and_saves_again(cast: Cast):
    one, other = opened(cast), opened(cast)
    one.do(Account.save_name, {"version": seen(one, "name"), "preferred_name": "Lissy"})
    account = other.state(Account)
    other.do(Account.save_name, {"version": seen(other, "name"), "preferred_name": "Ally"})
    assert "It now says: Lissy." in account.outdated["name"] and account.saved["name"] == 0 and account.alert == ""
    assert other.state(Me).preferred_name == "Lissy" and account.editions["name"] == 0, "what was typed stays"
    other.do(Account.save_name, {"version": seen(other, "name"), "preferred_name": "Ally"})
    assert other.state(Me).preferred_name == "Ally" and account.saved["name"] == 1 and account.outdated["name"] == ""


def test_what_is_saved_elsewhere_can_be_taken_instead(cast: Cast):
    one, other = opened(cast), opened(cast)
    one.do(Account.save_look, {"version": seen(one, "look"), "theme": "dark", "text_size": "large"})
    other.do(Account.save_look, {"version": seen(other, "look"), "theme": "light", "text_size": "normal"})
    account = other.state(Account)
    assert "It now says: Dark, Large." in account.outdated["look"]
    other.do(Account.take_newest, "look")
    assert (account.theme, account.text_size, account.outdated["look"]) == ("dark", "large", "") and account.editions["look"]
    other.do(Account.save_look, {"version": seen(other, "look"), "theme": "light", "text_size": "large"})
    assert account.saved["look"] == 1 and other.state(Me).theme == "light"
    other.do(Account.take_newest, "forged")


def test_choices_of_texts_are_said_as_they_are_elsewhere(cast: Cast):
    one, other = opened(cast), opened(cast)
    one.do(Account.save_texts, {"version": seen(one, "texts"), "text_language": "en"})
    other.do(Account.save_texts, {"version": seen(other, "texts"), "visit_texts": "yes", "text_language": "en"})
    assert "no texts" in other.state(Account).outdated["texts"]
    one.do(Account.save_texts, {"version": seen(one, "texts"), "reminder_texts": "yes", "text_language": "es"})
    other.do(Account.save_texts, {"version": seen(other, "texts"), "visit_texts": "yes", "text_language": "en"})
    assert "Remind me before a visit. Español" in other.state(Account).outdated["texts"]


def test_the_language_of_texts_is_chosen_and_pages_stay_in_theirs(cast: Cast):
    tab = opened(cast)
    tab.do(Account.save_texts, {"version": seen(tab, "texts"), "text_language": "es"})
    assert (tab.state(Me).text_language, tab.state(Me).language) == ("es", "en")
    tab.do(Account.save_texts, {"version": seen(tab, "texts"), "text_language": "fr"})
    assert tab.state(Account).alert and tab.state(Me).text_language == "es"


def test_who_is_nobodys_patient_chooses_the_language_of_codes_alone(cast: Cast):
    tab = opened(cast, cast.carol)
    tab.do(Account.save_texts, {"version": seen(tab, "texts"), "text_language": "es"})
    assert tab.state(Me).text_language == "es" and tab.state(Me).visit_texts and tab.state(Me).reminder_texts


def test_who_stopped_texts_reads_so_and_how_to_start_them(cast: Cast):
    visit = book(cast, cast.alice, cast.clinic.at(9))
    say(cast.alice.mobile, "STOP")
    tab = opened(cast)
    (words,) = tab.state(Account).troubles
    assert "You stopped our texts" in words and "answer START" in words
    tab.opens(f"/visits/booked?visit={visit.id}", Booked.load)
    assert tab.state(Booked).trouble == words
    say(cast.alice.mobile, "START")
    tab.opens(f"/visits/booked?visit={visit.id}", Booked.load)
    assert tab.state(Booked).trouble == ""
