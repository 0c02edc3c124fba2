"""Sealing to the hub: HPKE (RFC 9180) with X25519, HKDF-SHA256 and AES-256-GCM, in base mode.

Only what is short is sealed so: a fresh content key. Who sealed it is for a signature to say.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.crypto.content import ContentAlteredError

PUBLIC_KEY_BYTES = 32
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class OpeningKey:
    """Opens what was sealed to its public half. Any thread may call it."""

    def __init__(self, secret: bytes) -> None:
        """Take a secret of 32 bytes."""
        self._key = X25519PrivateKey.from_private_bytes(secret)
        self.public = self._key.public_key().public_bytes_raw()

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Give what was sealed.

        Raises:
            ContentAlteredError: it was changed, sealed to another key, or with other `info`.
        """
        try:
            return _SUITE.decrypt(sealed, self._key, info)
        except (InvalidTag, ValueError) as exc:  # ValueError: no point of the curve, or too short
            raise ContentAlteredError from exc


def seal_to(public: bytes, content: bytes, info: bytes) -> bytes:
    """Seal bytes so that only the holder of a public key's other half reads them; `info` must be named to open them."""
    return _SUITE.encrypt(content, X25519PublicKey.from_public_bytes(public), info)
