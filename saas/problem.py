"""What an action says when it cannot be done: in Chinese, for the person, telling what to do instead."""


class Problem(ValueError):
    """The request cannot be carried out as it is; the message says what to change. `field` names the form field.

    `status` is what HTTP calls it.
    """

    status = 422

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Conflict(Problem):
    """Somebody else changed the record in between, or the step was already taken."""

    status = 409
