"""What nobody can need any more: counted tries, spent challenges, old sessions, holds that ran out."""
from sqlalchemy import text

from portal_app.core import clock
from portal_app.core.database import pump_work


def forget_old() -> int:
    """Deletes it in all practices at once, by the one function that may, a portion at a time. Answers how many rows went."""
    gone = 0
    while some := _forget_some():
        gone += some
    return gone


def _forget_some() -> int:
    with pump_work() as work:
        return work.session.execute(text("SELECT forget_old(:at)"), {"at": clock.now()}).scalar() or 0
