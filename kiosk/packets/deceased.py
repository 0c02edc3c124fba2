"""What two cases of the same deceased have in common, without saying who it is.

A document number has little to guess, so its plain hash is only for inside a hub. What leaves it is hashed again under
a key that the hub gives to its terminals and that they keep in their encrypted stores.
"""

from __future__ import annotations

import hashlib
import hmac


def person_digest(document_type: str, document_number: str) -> str:
    """Give the digest of a person's document, in hexadecimal."""
    person = f"{document_type}:{document_number.strip().upper()}"
    return hashlib.sha256(person.encode()).hexdigest()


def shared_digest(key: str, digest: str) -> str:
    """Give the digest as terminals are told it; `key` is 32 bytes in hexadecimal."""
    return hmac.new(bytes.fromhex(key), digest.encode(), "sha256").hexdigest()
