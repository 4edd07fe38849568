"""What can be done with a price list (C8). Each verb writes one event."""

from tenants.price_lists.deciding import decide, hash_of, submit, withdraw
from tenants.price_lists.displaying import PAGE, display, take_down
from tenants.price_lists.drafting import MOST, NewLine, draft, fen, write

__all__ = [
    "MOST", "PAGE", "NewLine", "decide", "display", "draft", "fen", "hash_of", "submit", "take_down", "withdraw",
    "write",
]  # fmt: skip
