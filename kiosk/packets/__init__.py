"""What leaves the terminal: event payloads in one canonical spelling, hashes, and later sealed packets."""
