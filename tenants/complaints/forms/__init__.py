"""The forms of a complaint: shape and lengths here, decisions in the actions."""

from tenants.complaints.forms.answering import CallbackForm, ClosureForm, ReplyForm, fill_callback
from tenants.complaints.forms.base import people
from tenants.complaints.forms.handling import (
    AssignmentForm,
    DecisionForm,
    HandlingForm,
    JudgementForm,
    PauseForm,
    ResponseForm,
    SolutionForm,
    fill_judgement,
)
from tenants.complaints.forms.intake import DoorForm, NewForm, PhotoForm, PublicForm

__all__ = [
    "AssignmentForm", "CallbackForm", "ClosureForm", "DecisionForm", "DoorForm", "HandlingForm", "JudgementForm",
    "NewForm", "PauseForm", "PhotoForm", "PublicForm", "ReplyForm", "ResponseForm", "SolutionForm",
    "fill_callback", "fill_judgement", "people",
]  # fmt: skip
