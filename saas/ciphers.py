"""What the database alone must not tell: enciphered with a key that lies in the home folder, not in the database."""

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from saas import config

PURPOSE = b"linsheng second factor 1"
NONCE = 12  # bytes, as AES-GCM wants it


class KeyLost(Exception):
    """None of the keys of this installation opens it: the file `secret` is not the one that belongs to the database."""


@dataclass(frozen=True)
class Keys:
    """The installation's key and former ones, by name. What is kept begins with its key's name: so keys can change.

    A name is the beginning of the key's own digest: two homes with one database never mistake each other's.
    """

    ring: dict[str, AESGCM]
    newest: str

    @classmethod
    def of(cls, *secret: str) -> "Keys":
        """From the secrets of the installation, the one in use first."""
        ring = {}
        for each in secret:
            key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(each.encode())
            ring[hashlib.sha256(key).hexdigest()[:8]] = AESGCM(key)
        return cls(ring, next(iter(ring)))

    def conceal(self, plain: str, about: bytes) -> str:
        """`name:ciphertext`. `about` is whose it is: moved to another row it cannot be opened."""
        nonce = secrets.token_bytes(NONCE)
        hidden = self.ring[self.newest].encrypt(nonce, plain.encode(), about)
        return f"{self.newest}:{urlsafe_b64encode(nonce + hidden).decode()}"

    def reveal(self, kept: str, about: bytes) -> str:
        """The text again. Raises KeyLost."""
        name, _, rest = kept.partition(":")
        key = self.ring.get(name)
        if key is None:
            raise KeyLost(name)
        try:
            hidden = urlsafe_b64decode(rest)
            return key.decrypt(hidden[:NONCE], hidden[NONCE:], about).decode()
        except (InvalidTag, ValueError):
            raise KeyLost(name) from None

    def is_newest(self, kept: str) -> bool:
        """True when it needs no change."""
        return kept.startswith(f"{self.newest}:")


def keys() -> Keys:
    """The keys of this process."""
    settings = config.current()
    return _made(settings.secret_key, *settings.former_keys)


def keys_of(home: Path) -> Keys:
    """The keys that lie in this home: `secret`, and `secret.former` while a change is under way."""
    return _made(config.secret(home), *config.former_secrets(home))


@cache
def _made(*secret: str) -> Keys:
    return Keys.of(*secret)
