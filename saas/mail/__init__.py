"""Letters out of the house: write one, hand it to an SMTP server, and know exactly how far that got (promise 4)."""

from saas.mail.delivery import Accepted, Outcome, Refused, Unknown, send
from saas.mail.letter import address, compose, new_message_id

__all__ = ["Accepted", "Outcome", "Refused", "Unknown", "address", "compose", "new_message_id", "send"]
