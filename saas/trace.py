"""What a log may tell of an error: where it happened and of which kind, never what people typed."""

import traceback

from jinja2 import TemplateError
from sqlalchemy.exc import DBAPIError

# Their messages are about the program. Every other message may carry a value, and values are personal data.
OURS = (AttributeError, ImportError, NameError, TemplateError, TypeError)


def trace(error: BaseException) -> str:
    """The kinds and places of an error and of what caused it, the cause first; of the database the SQLSTATE."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = [trace(before)] if before is not None and not isinstance(error, DBAPIError) else []
    words = type(error).__name__
    if isinstance(error, DBAPIError):
        words += f" ({type(error.orig).__name__}, {getattr(error.orig, 'sqlstate', None) or 'no SQLSTATE'})"
    elif isinstance(error, OURS):
        words += f": {error}"
    return "\n".join([*parts, "".join(traceback.format_tb(error.__traceback__)) + words])
