"""Who may have an account of their own. For children an adult is given access."""
from datetime import date

from portal_app.core import clock

AGE = 18  # years


def born_by() -> date:
    """The last birthday of today's adults."""
    today = clock.now().date()
    return date(today.year - AGE, today.month, min(today.day, 28))
