"""Text messages on their way: outbox row to provider, and what the provider tells of them."""
from services.messaging.due import Due, abandoned, turns
from services.messaging.pace import granted
from services.messaging.sending import deliver
from services.messaging.status import phone_id, record_status, topic

__all__ = ["Due", "abandoned", "deliver", "granted", "phone_id", "record_status", "topic", "turns"]
