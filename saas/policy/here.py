"""The regulation that binds the tenant at hand."""

from datetime import datetime

from saas import clock
from saas.db import db
from saas.policy.loader import pack
from saas.policy.pack import Pack
from saas.tenancy.staff import Profile


def pack_on(moment: datetime) -> Pack:
    """The pack in force on the day of `moment` (R3). LookupError outside a tenant."""
    profile = db.session.get(Profile, True)
    if profile is None:
        raise LookupError("no tenant entered")
    db.session().info["profile"] = profile  # kept while the Session lives: the identity map alone would let it go
    return pack(profile.pack, clock.local(moment).date())


def pack_now() -> Pack:
    """The pack in force today. LookupError outside a tenant."""
    return pack_on(clock.now())
