"""Every secret of a second factor under the newest key: those kept in the clear by earlier releases, and old keys'."""

from typing import Any

from psycopg import Connection

from saas.ciphers import KeyLost, Keys

KEPT = "SELECT id, totp_secret FROM platform.users WHERE totp_secret IS NOT NULL"
IN_FORCE = KEPT + " AND totp_confirmed_at IS NOT NULL"  # what was never confirmed is made anew by asking again
MOVE = "UPDATE platform.users SET totp_secret = %s WHERE id = %s AND totp_secret = %s"


def rekey(connection: Connection[Any], keys: Keys) -> int:
    """Encipher anew what is not under the newest key; returns how many. What no key opens stays as it is.

    Part of `bin/manage bootstrap`, so a release or a key that is new has reached every row before anybody signs in.
    """
    moved = 0
    with connection.transaction():
        connection.execute("SET LOCAL ROLE linsheng_owner")
        for user_id, kept in connection.execute(KEPT).fetchall():
            if keys.is_newest(kept):
                continue
            try:
                plain = keys.reveal(kept, user_id.bytes) if ":" in kept else kept
            except KeyLost:
                continue
            moved += connection.execute(MOVE, [keys.conceal(plain, user_id.bytes), user_id, kept]).rowcount
    return moved


def unreadable(connection: Connection[Any], keys: Keys) -> int:
    """How many people's second factor no key opens: the file `secret` is another than the database was used with."""
    lost = 0
    with connection.transaction():
        connection.execute("SET LOCAL ROLE linsheng_owner")
        for user_id, kept in connection.execute(IN_FORCE).fetchall():
            try:
                keys.reveal(kept, user_id.bytes)
            except KeyLost:
                lost += 1
    return lost
