"""What can be done to a repair. Each action checks, writes its fact, moves the order, and records one event."""

from tenants.repairs.actions.appointing import appoint
from tenants.repairs.actions.assigning import ask_for_help, assign, candidates, crew, decide_help
from tenants.repairs.actions.caring import add_pictures, compensate, note_damage, note_device, note_move
from tenants.repairs.actions.finishing import call_back, cancel, confirmers, finish, hand_over, pay
from tenants.repairs.actions.ordering import NewRepair, order
from tenants.repairs.actions.registering import register
from tenants.repairs.actions.urging import urge
from tenants.repairs.actions.working import arrive, consent, quote, start

__all__ = [
    "NewRepair", "add_pictures", "appoint", "arrive", "ask_for_help", "assign", "call_back", "cancel", "candidates",
    "compensate", "confirmers", "consent", "crew", "decide_help", "finish", "hand_over", "note_damage", "note_device",
    "note_move", "order", "pay", "quote", "register", "start", "urge",
]  # fmt: skip
