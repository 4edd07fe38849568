"""What can be done with digests: taken, sent on paper, filed with remarks; cases reviewed."""

from tenants.digests.actions.filing import draft, file
from tenants.digests.actions.reviewing import NewMeasure, review
from tenants.digests.actions.rounds import make_round
from tenants.digests.actions.sending import deliver, send

__all__ = ["NewMeasure", "deliver", "draft", "file", "make_round", "review", "send"]
