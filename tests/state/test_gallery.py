"""The gallery: its examples work in the demo, and no handler of it answers elsewhere."""
import pytest

from state.gallery import Gallery
from tests.state.tab import Tab
from tests.texts import outside_the_demo  # noqa: F401  # a fixture


def test_it_wears_a_look_and_offers_a_toast():
    tab = Tab()
    tab.opens("/demo/components", Gallery.load)
    gallery = tab.state(Gallery)
    tab.do(Gallery.wear, "dark")
    tab.do(Gallery.make_offer)
    assert gallery.loaded and (gallery.look, gallery.offer) == ("dark", "example")
    tab.do(Gallery.wear, "forged")
    tab.do(Gallery.end_offer)
    assert (gallery.look, gallery.offer) == ("", "")


@pytest.mark.parametrize("handler, given", [
    (Gallery.load, ()), (Gallery.wear, ("dark",)), (Gallery.make_offer, ()), (Gallery.end_offer, ())])
def test_outside_the_demo_every_handler_refuses(handler, given: tuple[str, ...], outside_the_demo: None):  # noqa: F811
    tab = Tab()
    tab.do(handler, *given)
    gallery = tab.state(Gallery)
    assert gallery.missing and not gallery.loaded and (gallery.look, gallery.offer) == ("", "")
