"""Signatures of a terminal: Ed25519 (RFC 8032 §5.1). The seed of 32 bytes is what a key store keeps."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from kiosk.crypto.derivation import derive_key

PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64


class SigningKey:
    """Signs in the name of one terminal; the same bytes always get the same signature. Any thread may call it."""

    def __init__(self, seed: bytes) -> None:
        """Take a seed of 32 bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Give the signature, 64 bytes."""
        return self._key.sign(message)

    def derive(self, purpose: str) -> bytes:
        """Give 32 secret bytes for another purpose, always the same, that tell nothing of this key."""
        return derive_key(self._key.private_bytes_raw(), purpose)

    def locked(self, password: bytes) -> bytes:
        """Give the private key for a library that reads it from a file: PKCS #8 (PEM), encrypted under a password."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))


def is_signed_by(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature was made over these bytes with the key that belongs to a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):  # ValueError: not 32 bytes
        return False
    return True
