"""The pack that binds price lists today."""

from saas.policy.pack import Pack
from saas.policy.repairs import PriceRules
from saas.problem import Problem


def rules_of(rules: Pack) -> PriceRules:
    """What the pack says about price lists. Raises Problem where it says nothing."""
    if rules.price_lists is None:
        raise Problem("本项目的规程没有收费标准的规定，请联系公司管理员")
    return rules.price_lists
