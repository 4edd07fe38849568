"""The fingerprint that binds a decision to what was read."""

import hashlib
import json
from typing import Any


def content_hash(*parts: Any) -> str:
    """SHA-256 over the parts as canonical JSON; any edit changes it."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
