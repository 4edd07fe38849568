"""What is done with duties: generate them, tell people, move one, give a person a calendar address."""

from tenants.duties.actions.feeding import end_feed, open_feed
from tenants.duties.actions.moving import ask_move, decide_move
from tenants.duties.actions.planning import plan
from tenants.duties.actions.telling import came_due

__all__ = ["ask_move", "came_due", "decide_move", "end_feed", "open_feed", "plan"]
