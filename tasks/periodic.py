"""What is done every minute or every hour, by whichever worker of the general lane is free first.

A run that is lost with its worker, or missed while Valkey is away, is made up by the next one.
"""
from huey import crontab

from portal_app.core import transaction_id
from services import cleanup
from services.messaging import figures, reminders
from tasks.queue import QUEUES

FIRST = 1
"""Before the text messages that wait in the queue, whose priority is 0."""


@QUEUES["general"].periodic_task(crontab(), priority=FIRST)
def remind() -> None:
    with transaction_id.use():
        reminders.sweep()


@QUEUES["general"].periodic_task(crontab(minute="0"), priority=FIRST)
def forget() -> None:
    with transaction_id.use():
        cleanup.forget_old()
        figures.forget_old()
