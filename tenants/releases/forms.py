"""The form of a letter: what it says, which marks it carries, and who receives it."""

from typing import Any
from uuid import UUID

from wtforms import BooleanField, Form, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from saas.mail import address
from saas.policy.pack import Pack
from saas.web import typed
from tenants.releases.actions import To
from tenants.releases.drafting import ON_PAGE
from tenants.releases.holding import kinds
from tenants.releases.models import EMAIL, PUBLIC_PAGE, ReleaseVersion
from tenants.releases.text import BODY_MAX, TITLE_MAX

LINES = 200


class LetterForm(Form):  # type: ignore[misc]
    """Title, text and recipients of one version."""

    Meta = typed.Meta

    kind = SelectField("类别", [InputRequired("请选择信息类别")])
    title = StringField(
        "标题", [InputRequired("请填写标题"), Length(max=TITLE_MAX, message=f"标题最多 {TITLE_MAX} 字")]
    )
    body = TextAreaField("正文", [InputRequired("请填写正文"), Length(max=BODY_MAX, message=f"正文最多 {BODY_MAX} 字")])
    flags = SelectMultipleField("标记", option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False))
    on_page = BooleanField("公开页（带二维码，凭链接查看）")
    emails = TextAreaField("收件邮箱", [Length(max=LINES * 120, message=f"一次最多 {LINES} 个邮箱")])
    version = HiddenField()

    @classmethod
    def by(cls, pack: Pack, typed_in: Any = None, **data: Any) -> "LetterForm":
        """The form with the kinds and flags of the pack."""
        form = cls(typed_in, data=data)
        form.kind.choices = list(kinds(pack).items())
        form.flags.choices = list(pack.flags.items())
        return form

    @classmethod
    def of(cls, pack: Pack, kind: str, version: ReleaseVersion) -> "LetterForm":
        """The form filled with a version."""
        mails = [r for r in version.recipients if r.channel == EMAIL]
        return cls.by(
            pack, kind=kind, title=version.title, body=version.body, flags=version.flags, version=str(version.version),
            on_page=any(r.channel == PUBLIC_PAGE for r in version.recipients),
            emails="\n".join(f"{r.name} <{r.address}>" for r in mails),
        )  # fmt: skip

    def validate_emails(self, field: TextAreaField) -> None:
        """Each line is one mailbox."""
        for number, line in enumerate(_lines(field.data), start=1):
            try:
                address(line)
            except ValueError:
                raise ValidationError(f"第 {number} 行不是邮箱地址，应像 王女士 <name@example.com>") from None
        if len(_lines(field.data)) > LINES:
            raise ValidationError(f"一次最多 {LINES} 个邮箱")

    def to(self, known: dict[str, UUID | None]) -> list[To]:
        """The recipients; `known` says which address belongs to which customer. Call it after `validate()`."""
        found = [ON_PAGE] if self.on_page.data else []
        for line in _lines(self.emails.data):
            name, spec = address(line)
            found.append(To(EMAIL, name or "客户", spec, known.get(spec)))
        return found


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").split("\n") if line.strip()]
