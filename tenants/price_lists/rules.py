"""The pack that binds price lists today."""

from saas.db import db
from saas.policy.loader import pack
from saas.policy.pack import Pack
from saas.policy.repairs import PriceRules
from saas.problem import Problem
from saas.tenancy.staff import Profile


def pack_now() -> Pack:
    """The pack in force today. LookupError outside a tenant."""
    profile = db.session.get(Profile, True)
    if profile is None:
        raise LookupError("no tenant entered")
    db.session().info["profile"] = profile  # kept while the Session lives: the identity map alone would let it go
    return pack(profile.pack)


def rules_of(rules: Pack) -> PriceRules:
    """What the pack says about price lists. Raises Problem where it says nothing."""
    if rules.price_lists is None:
        raise Problem("本项目的规程没有收费标准的规定，请联系公司管理员")
    return rules.price_lists
