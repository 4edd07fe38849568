"""信息发布一览表 and one release: read, write, decide, follow its deliveries."""

from flask import Blueprint

from saas.identity.asking import always
from saas.web.shell import NavItem
from tenants.releases import queries

blueprint = Blueprint("releases", __name__, url_prefix="/<company>/<project>/releases")

from tenants.releases.routes import deciding, reading, sending, writing  # noqa: E402 - they hang on the blueprint

NAV = (
    NavItem(
        "对外发布", "信息发布", "megaphone", "releases.index", key="x", order=60, tone="violet",
        waiting=always(queries.WAITING),
    ),
)  # fmt: skip

__all__ = ["NAV", "blueprint", "deciding", "reading", "sending", "writing"]
