"""Signatures in forms: drawn on the pad, or, without script, a typed name with a photo of the signed paper.

A form takes the fields by `class SomeForm(Signed, …)`, its page draws them with `ui.signature(form)` and loads
`static('signature.js')`, and its view asks `signature_in(form)` after `validate()`. What comes of it an action keeps
with `saas.pictures.actions.keep_signature`.
"""

from typing import Any

from wtforms import BooleanField, FileField, Form, HiddenField, StringField
from wtforms.validators import DataRequired, Length

from saas.pictures.decoding import Picture
from saas.pictures.signing import Signature, drawing
from saas.problem import Problem
from saas.web import typed
from saas.web.pictures import uploaded


class Signed(Form):  # type: ignore[misc]
    """Who signs and how; `signature` is what the pad drew, as an address of the data itself."""

    Meta = typed.Meta

    signer = StringField("签名人", validators=[DataRequired("请填写签名人姓名"), Length(max=60, message="最多 60 字")])
    signature = HiddenField("签名")
    on_paper = BooleanField("签于纸面")
    paper = FileField("纸面签名的照片")


def signature_in(form: Any) -> Signature:
    """What was signed. Raises Problem at the field that must change."""
    signer = " ".join((form.signer.data or "").split())
    if form.on_paper.data:
        photos = uploaded("paper", 1)
        if not photos:
            raise Problem("签于纸面的，请上传签名的照片", "paper")
        return Signature(signer, photos[0], drawn=False)
    picture = drawn_in(form)
    if picture is None:
        raise Problem("请客户在框内签名；不能在屏幕上签的，勾选“签于纸面”并上传照片", "signature")
    return Signature(signer, picture, drawn=True)


def drawn_in(form: Any) -> Picture | None:
    """What was drawn on the pad; None when nothing was sent. Raises Problem at the pad."""
    try:
        return drawing(form.signature.data) if form.signature.data else None
    except Problem as problem:
        raise Problem(str(problem), "signature") from None
