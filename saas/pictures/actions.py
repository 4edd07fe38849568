"""Keep photos with a record and find them again. Who may see them is for the slice that owns the record to say."""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from saas import clock, files
from saas.db import db
from saas.events import Recordable
from saas.identity.actor import Actor
from saas.pictures.decoding import Picture, tidy
from saas.pictures.models import Photo
from saas.pictures.signing import Signature
from saas.problem import Problem

LONGEST_CAPTION = 60
SMALL = 480
"""Pixels of the longer side of what lists show."""


def keep(subject: Recordable, pictures: Sequence[Picture], *, caption: str = "", by: Actor) -> list[UUID]:
    """Keep photos with a record and say which are new to it; the same photo again is not kept twice.

    The caller records the event. Raises Problem for a caption that is too long.
    """
    caption = " ".join(caption.split())
    if len(caption) > LONGEST_CAPTION:
        raise Problem(f"说明最多 {LONGEST_CAPTION} 字", "caption")
    kept: list[UUID] = []
    for picture in pictures:
        row = {
            "subject_type": subject.__tablename__, "subject_id": subject.id, "width": picture.width,
            "height": picture.height, "sha256": files.store(by.tenant, picture.data), "caption": caption,
            "added_by": by.id, "added_by_name": by.name, "added_at": clock.now(),
        }  # fmt: skip
        made = db.session.scalars(insert(Photo).values(row).on_conflict_do_nothing().returning(Photo.id))
        kept += made.all()
    return kept


def keep_signature(subject: Recordable, signature: Signature, *, about: str, by: Actor) -> UUID:
    """Keep a signature with the record it signs; `about` says what for. The caller records the event.

    Raises Problem for the very same signature a second time: each thing is signed anew.
    """
    kept = keep(subject, [signature.picture], caption=about, by=by)
    if not kept:
        field = "signature" if signature.drawn else "paper"
        raise Problem("这个签名已经用过，请客户重新签名", field)
    return kept[0]


def photos_of(subject: Recordable) -> list[Photo]:
    """The photos of a record, as they came."""
    of_it = Photo.subject_type == subject.__tablename__, Photo.subject_id == subject.id
    return list(db.session.scalars(select(Photo).where(*of_it).order_by(Photo.added_at, Photo.id)))


def photo_of(subject: Recordable, photo_id: UUID) -> Photo | None:
    """One photo of this record; None for an unknown one and for one of another record."""
    photo = db.session.get(Photo, photo_id)
    same = photo and (photo.subject_type, photo.subject_id) == (subject.__tablename__, subject.id)
    return photo if same else None


@lru_cache(maxsize=64)
def small(tenant: str, sha256: str) -> bytes:
    """A photo as lists show it. Raises what `files.read` raises."""
    return tidy(files.read(tenant, sha256), longest=SMALL).data
