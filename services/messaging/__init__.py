"""Text messages on their way: outbox row to provider, and what the provider tells of them."""
from services.messaging.due import Due, due
from services.messaging.sending import deliver
from services.messaging.status import phone_id, record_status

__all__ = ["Due", "deliver", "due", "phone_id", "record_status"]
