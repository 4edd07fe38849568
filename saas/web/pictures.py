"""Photos in requests and answers: what a form brought, and the bytes that an authorised view gives out."""

from typing import Any

from flask import Response, make_response, request

from saas import files
from saas.identity import current_visit
from saas.pictures import Picture, decoding, tidy
from saas.pictures.actions import small
from saas.pictures.models import Photo
from saas.problem import Problem

AT_ONCE = 9
"""Photos in one form; a request has room for three of the largest (saas.app)."""
ACCEPT = "image/jpeg,image/png,image/webp"  # with HEIC left out, iPhones convert by themselves
PNG = b"\x89PNG"
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def uploaded(name: str, most: int = AT_ONCE) -> list[Picture]:
    """The photos in this field of the form, made harmless. Raises Problem at the field, saying which one and why."""
    sent = [file for file in request.files.getlist(name) if file.filename]
    if len(sent) > most:
        raise Problem(f"一次最多 {most} 张照片，您选了 {len(sent)} 张", name)
    pictures = []
    for nth, file in enumerate(sent, 1):
        try:
            pictures.append(tidy(file.stream.read(decoding.LARGEST + 1)))
        except Problem as problem:
            which = f"第 {nth} 张：" if len(sent) > 1 else ""
            raise Problem(f"{which}{problem}", name) from None
    return pictures


def ask_again(form: Any, name: str = "pictures") -> None:
    """Say in a form that was not taken that its photos must be chosen again: no browser fills them in."""
    if name in form and any(file.filename for file in request.files.getlist(name)):
        errors = form[name].errors
        form[name].errors = [f"{errors[0]}。照片须重新选择" if errors else "其他内容还在，照片须重新选择"]


def picture(photo: Photo, *, as_small: bool = False) -> Response:
    """The photo itself; the view has judged who asks."""
    tenant = current_visit().schema
    data = small(tenant, photo.sha256) if as_small else files.read(tenant, photo.sha256)
    response = make_response(data)
    drawn = data.startswith(PNG)  # a signature as it was drawn; everything else is a JPEG
    response.headers["Content-Type"] = "image/png" if drawn else "image/jpeg"
    response.headers["Content-Disposition"] = f'inline; filename="{photo.id}.{"png" if drawn else "jpg"}"'
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
