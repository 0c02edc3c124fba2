"""Mains and battery."""
