"""Text messages cost one part each, in either language, whatever the practice is called."""
from datetime import UTC, datetime

import pytest

from portal_app.core.phone_alphabet import is_gsm, plain, segments
from portal_app.core.words import catalog
from services.messaging import templates

NAMES = ["Desert Ridge Family Clinic", "Clínica Íntegra de San José", "🏥 Lakeside ❤️ Clinic", "The “Best” Clinic – Phoenix’s",
         "The Very Long Name of a Family Medicine and Pediatrics Practice of Northern Arizona, PLLC"]
PHONE = "+1 602-555-0190"
DAYS = [datetime(2027, 9, 29, 17, 40, tzinfo=UTC), datetime(2027, 11, 27, 22, 40, tzinfo=UTC)]
ABOUT = sorted(key.partition(".")[2] for key in catalog("en") if key.startswith("text_messages.visit_"))
REPLIES = sorted(key.partition("reply_")[2] for key in catalog("en") if key.startswith("text_messages.reply_"))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("practice", NAMES)
@pytest.mark.parametrize("name", ABOUT)
def test_a_message_about_a_visit_is_one_part(language: str, practice: str, name: str):
    for starts_at in DAYS:
        for zone in ("America/Phoenix", "Pacific/Honolulu", "America/Puerto_Rico"):
            said = templates.about_visit(language, name, practice=practice, phone=PHONE, starts_at=starts_at, zone=zone)
            assert is_gsm(said) and segments(said) == 1, (len(said), said)
            assert said.startswith(plain(practice, 40)[:9])


@pytest.mark.parametrize("language", ["en", "es"])
def test_codes_and_answers_are_one_part(language: str):
    for said in (templates.code(language, "123456"), *(templates.reply(language, name) for name in REPLIES)):
        assert is_gsm(said) and segments(said) == 1, said
    assert templates.code(language, "123456").startswith("123456")


def test_both_languages_say_the_same_things():
    assert {key for key in catalog("en") if key.startswith("text_messages.")} == set(catalog("es"))


@pytest.mark.parametrize(("text", "parts"), [
    ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2), ("ñ" * 160, 1),
    ("á" * 70, 1), ("á" + "a" * 70, 2), ("😀" * 35, 1), ("😀" * 36, 2), ("", 1)])
def test_parts_are_counted_as_they_are_paid_for(text: str, parts: int):
    assert segments(text) == parts


def test_an_accent_that_would_double_the_price_is_dropped_and_one_that_is_free_stays():
    assert plain("Íñigo é à ¿qué? más") == "Iñigo é à ¿qué? mas"


def test_a_name_of_emoji_alone_gives_way_to_ours_and_other_scripts_stay():
    said = templates.about_visit("en", "visit_booked", practice="🦷🦷", phone="1", starts_at=DAYS[0], zone="America/Phoenix")
    assert said.startswith("Carelane: ")
    assert plain("Клиника 🦷") == "Клиника "
