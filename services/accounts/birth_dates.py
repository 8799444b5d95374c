"""A date of birth as people type it: with what was sent to a phone it tells that the phone is in the right hands."""
import re
from datetime import date

from portal_app.core import clock
from portal_app.core.errors import Invalid


def day_of(typed: str) -> date:
    """`3/14/1988`, `03141988` or `1988-03-14`. Raises Invalid for what is no day of the past."""
    parts = re.findall(r"\d+", typed)
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    try:
        year, month, day = (parts if len(parts[0]) == 4 else [parts[2], parts[0], parts[1]])
        found = date(int(year), int(month), int(day))
    except (IndexError, ValueError, OverflowError):
        raise Invalid("birth_date.none", field="birth_date") from None
    if len(parts) != 3 or not date(1900, 1, 1) <= found <= clock.now().date():
        raise Invalid("birth_date.none", field="birth_date")
    return found
