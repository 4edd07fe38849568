"""The forms of a report: a section's text, a picture, the answer of the owners' committee."""

from wtforms import FileField, Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from saas.web import typed
from tenants.reports.committee import OPINION, SIGNED, VERDICTS
from tenants.reports.pictures import CAPTION


class SectionForm(Form):  # type: ignore[misc]
    """The text of one section and the version that it was read from."""

    Meta = typed.Meta

    text = TextAreaField("正文")
    version = HiddenField()


class PictureForm(Form):  # type: ignore[misc]
    """A picture with its caption."""

    Meta = typed.Meta

    picture = FileField("照片")
    caption = StringField(
        "图片说明", [InputRequired("请写图片说明"), Length(max=CAPTION, message=f"图片说明最多 {CAPTION} 字")]
    )


class AnswerForm(Form):  # type: ignore[misc]
    """What the committee says."""

    Meta = typed.Meta

    verdict = RadioField("意见", [InputRequired("请选择同意公布或有意见")], choices=typed.choices(VERDICTS))
    opinion = TextAreaField("意见内容", [Length(max=OPINION, message=f"意见最多 {OPINION:,} 字")])
    name = StringField(
        "签署人姓名", [InputRequired("请填写签署人姓名"), Length(max=SIGNED, message=f"姓名最多 {SIGNED} 字")]
    )
    sheet = FileField("签字页照片（可不传）")
