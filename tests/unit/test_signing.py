"""A terminal's signatures."""

from __future__ import annotations

from kiosk.crypto.signing import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, SigningKey, is_signed_by

SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
OF_NOTHING = bytes.fromhex(
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)


def test_the_standard_s_first_example() -> None:
    """RFC 8032 §7.1, test 1: the same seed gives the same public key and signature."""
    key = SigningKey(SEED)
    assert (key.public, key.sign(b"")) == (PUBLIC, OF_NOTHING)
    assert (len(key.public), len(key.sign(b""))) == (PUBLIC_KEY_BYTES, SIGNATURE_BYTES)
    assert is_signed_by(PUBLIC, b"", OF_NOTHING)


def test_a_changed_bit_anywhere() -> None:
    """Another message, key or signature does not fit, nor one that is too short or no key at all."""
    signature = SigningKey(SEED).sign(b"paper")
    assert is_signed_by(PUBLIC, b"paper", signature)
    assert not is_signed_by(PUBLIC, b"Paper", signature)
    assert not is_signed_by(SigningKey(bytes(32)).public, b"paper", signature)
    assert not is_signed_by(PUBLIC, b"paper", bytes([signature[0] ^ 1]) + signature[1:])
    assert not is_signed_by(PUBLIC, b"paper", signature[:-1])
    assert not is_signed_by(PUBLIC[:-1], b"paper", signature)


def test_the_key_does_not_show_its_seed() -> None:
    """Neither the key's text nor its attributes give the seed away."""
    key = SigningKey(SEED)
    assert SEED.hex() not in repr(key)
    assert SEED not in vars(key).values()
