"""The account page: each part of the profile saved alone, and worn at once."""
from state.account import Account
from state.home import Home
from state.me import Me
from tests.cast import Cast
from tests.state.tab import Tab


def opened(cast: Cast) -> Tab:
    tab = Tab(cast.alice)
    tab.opens("/account", Account.load)
    return tab


def test_a_name_is_used_in_the_shell_at_once_and_in_the_greeting(cast: Cast):
    tab = opened(cast)
    tab.do(Account.save_name, {"preferred_name": "Lissy"})
    assert tab.state(Me).name == "Lissy" and tab.state(Account).name_saved == 1 and tab.state(Account).name == "Alice"
    tab.opens("/", Home.load)
    assert tab.state(Home).greeting.endswith(", Lissy")


def test_a_name_that_cannot_be_used_is_told_beside_its_field(cast: Cast):
    tab = opened(cast)
    tab.do(Account.save_name, {"preferred_name": "x" * 41})
    account = tab.state(Account)
    assert list(account.errors) == ["preferred_name"] and account.name_saved == 0 and tab.state(Me).name == "Alice"


def test_another_tab_wears_the_look_once_it_is_woken(cast: Cast):
    one, other = opened(cast), opened(cast)
    one.do(Account.save_look, {"theme": "dark", "text_size": "large"})
    assert (one.state(Me).theme, other.state(Me).theme) == ("dark", "device")
    other.do(Me.refresh)
    assert (other.state(Me).theme, other.state(Me).text_size) == ("dark", "large")
    other.opens("/account", Account.load)
    assert other.state(Account).theme == "dark" and other.state(Account).edition == 1


def test_saving_one_part_leaves_what_another_tab_saved_in_another(cast: Cast):
    one, other = opened(cast), opened(cast)
    one.do(Account.save_look, {"theme": "dark", "text_size": "large"})
    other.do(Account.save_name, {"preferred_name": "Lissy"})
    one.do(Me.refresh)
    assert (one.state(Me).name, one.state(Me).theme) == ("Lissy", "dark")


def test_a_forged_look_changes_nothing(cast: Cast):
    tab = opened(cast)
    for forged in ({}, {"theme": "pink", "text_size": "normal"}, {"theme": None, "text_size": ["large"]}):
        tab.do(Account.save_look, forged)
        assert tab.state(Account).alert and tab.state(Account).look_saved == 0
    tab.do(Me.refresh)
    assert tab.state(Me).theme == "device"


def test_texts_about_visits_are_turned_off_and_on(cast: Cast):
    tab = opened(cast)
    tab.do(Account.save_texts, {})
    assert not tab.state(Me).visit_texts and not tab.state(Me).reminder_texts
    tab.do(Account.save_texts, {"visit_texts": "yes"})
    assert tab.state(Me).visit_texts and not tab.state(Me).reminder_texts and tab.state(Account).texts_saved == 2


def test_too_many_downloads_are_told_on_the_page(cast: Cast):
    tab = Tab(cast.alice)
    tab.opens("/account?download=later", Account.load)
    assert "in an hour" in tab.state(Account).alert
