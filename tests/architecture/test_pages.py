"""Every page can be drawn: what its build would find is found without one."""
import pytest

from pages import ROUTES, Page


@pytest.mark.parametrize("page", ROUTES, ids=lambda page: page.route)
def test_a_page_can_be_drawn(page: Page):
    assert page.build().render()
