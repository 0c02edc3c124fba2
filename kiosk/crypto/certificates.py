"""Certificates of terminals for mutual TLS (X.509, RFC 5280; Ed25519, RFC 8410).

A certificate is made of nothing but the hub's key, the terminal's name and its public key: made anew, anywhere and at
any time, it is the same, byte for byte. So the hub keeps none.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.crypto.signing import SigningKey

_BEGIN = datetime(2020, 1, 1)  # noqa: DTZ001 - X.509 knows UTC alone
_END = datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - the same
"""No end (RFC 5280 §4.1.2.5): a certificate holds for as long as the hub believes the key in it."""


class ClientAuthority:
    """Certifies terminals' keys, with a key of its own that comes from the hub's. Any thread may call it."""

    def __init__(self, hub_key: SigningKey) -> None:
        """Make the authority that belongs to a hub's key: the same in every worker, and after a restore."""
        self._key = Ed25519PrivateKey.from_private_bytes(hub_key.derive("client-authority"))
        self._public = self._key.public_key()
        self._name = _name(f"Yizhan hub {self._public.public_bytes_raw().hex()[:16]}")
        self.certificate = self._issue(self._name, self._public, is_authority=True)
        """Its own certificate (PEM), by which those that it gave out are known."""

    def certify(self, terminal_id: str, public: bytes) -> str:
        """Give a terminal's certificate (PEM) for its public key of 32 bytes, for connections that it begins.

        Raises:
            ValueError: those 32 bytes are no key.
        """
        return self._issue(_name(terminal_id), Ed25519PublicKey.from_public_bytes(public), is_authority=False)

    def _issue(self, name: x509.Name, public: Ed25519PublicKey, *, is_authority: bool) -> str:
        serial = hashlib.sha256(name.public_bytes() + public.public_bytes_raw()).digest()
        builder = (
            x509.CertificateBuilder()
            .issuer_name(self._name)
            .subject_name(name)
            .public_key(public)
            .serial_number(int.from_bytes(serial[:16]) | 1)
            .not_valid_before(_BEGIN)
            .not_valid_after(_END)
            .add_extension(x509.BasicConstraints(is_authority, 0 if is_authority else None), critical=True)
            .add_extension(_usage(is_authority=is_authority), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._public), critical=False)
        )
        if not is_authority:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        return builder.sign(self._key, None).public_bytes(Encoding.PEM).decode()


def certified_key(certificate: str) -> bytes:
    """Give the public key that a certificate (PEM, what leads to its authority may follow) is for.

    Whether it holds is for the TLS library to say; empty for what is no certificate of an Ed25519 key.
    """
    try:
        key = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    except ValueError:
        return b""
    return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else b""


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
