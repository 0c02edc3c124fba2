"""Hashing, sealing, key wrapping, password hashes: the only place that imports cryptography and argon2."""
