"""What people type into forms: said back in Chinese when it is wrong, and without characters that no text has."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Regexp, ValidationError

from saas.clock import CN, local
from saas.problem import Problem

_WORDS = {
    "Not a valid date value.": "请按 2026-11-20 的格式填写日期",
    "Not a valid datetime value.": "请按 2026-11-20 14:08 的格式填写时间",
    "Not a valid choice.": "请从列表里选择一项",
    "Not a valid choice": "请从列表里选择一项",
    "Invalid Choice: could not coerce.": "请从列表里选择一项",
}


PHONE = Regexp(r"^\s*\+?[0-9][0-9 \-]{4,18}\s*$", message="电话应是 5 到 20 位数字，例如 13800005521")


class _Chinese:
    def gettext(self, text: str) -> str:
        return _WORDS.get(text, text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.gettext(one if n == 1 else many)


class Meta:
    """`Meta = typed.Meta` in a WTForms form: messages in Chinese, and clean text."""

    def get_translations(self, _form: Any) -> Any:
        """The words of WTForms itself."""
        return _Chinese()

    def bind_field(self, form: Any, unbound: Any, options: dict[str, Any]) -> Any:
        """Each field reads clean text."""
        return unbound.bind(form=form, **{**options, "filters": (clean, *unbound.kwargs.get("filters", ()))})


def choices(labels: Mapping[str, str], blank: str = "") -> list[Any]:
    """The choices of a select or of radio buttons, with `blank` for none."""
    return [SelectChoice(code, label) for code, label in (({"": blank} if blank else {}) | dict(labels)).items()]


def graded(words: Sequence[str]) -> list[Any]:
    """The choices of a scale that begins with the worst: the best first, each with its number."""
    return choices({str(score): f"{score} {word}" for score, word in reversed(list(enumerate(words, start=1)))})


def longest(count: int) -> Length:
    """A validator: so many characters at the most."""
    return Length(max=count, message=f"最多 {count} 字")


def told_by(check: Callable[[str], object]) -> Callable[[Any, Any], None]:
    """A validator that asks what an action will ask: its Problem stands at the field, with all else that is wrong."""

    def validate(_form: Any, field: Any) -> None:
        try:
            check(field.data or "")
        except Problem as problem:
            raise ValidationError(str(problem)) from None

    return validate


def blame(form: Any, problem: Problem) -> Any:
    """The form with what an action said, at the field that it named."""
    field = form[problem.field] if problem.field and problem.field in form else None
    if field is None:
        form.form_errors.append(str(problem))
    else:
        field.errors = [*field.errors, str(problem)]
    return form


def whole(text: str | None) -> int:
    """The whole number that this says; 0 for anything else, however long it is."""
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def chosen(value: str | None) -> UUID | None:
    """The id behind a select or radio, None for nothing or nonsense."""
    try:
        return UUID(value or "")
    except ValueError:
        return None


def aware(moment: datetime | None) -> datetime | None:
    """What was typed is Shanghai time."""
    return moment.replace(tzinfo=CN) if moment else None


def minute(moment: datetime) -> datetime:
    """A moment as a field takes it, to the minute in Shanghai; `aware` reads it again."""
    return local(moment).replace(tzinfo=None, second=0, microsecond=0)


def day(text: str | None) -> date | None:
    """The day that this says (2026-11-20); None for anything else, and for the last that there is."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found < date.max else None


def version(form: Mapping[str, str]) -> int:
    """The version that a form was made from, or, with 用我的覆盖, the one that it replaces knowingly."""
    return whole(form.get("overwrite")) or whole(form.get("version"))


# What neither PostgreSQL nor XML (workbooks, PDF) takes; tabs and line ends are text.
_CONTROLS = (code for code in range(0x20) if chr(code) not in "\t\n")
_NO_TEXT = dict.fromkeys((*_CONTROLS, 0x7F, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF))


def clean(value: Any) -> Any:
    """Text without control characters and with plain line ends; anything else as it is."""
    return value.replace("\r\n", "\n").translate(_NO_TEXT) if isinstance(value, str) else value
