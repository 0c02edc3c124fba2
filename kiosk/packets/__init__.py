"""What leaves the terminal: event payloads as canonical JSON (RFC 8785)."""
