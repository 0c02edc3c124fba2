"""Readers, printers, key stores: adapters of kiosk.ports. Knows no services and no store."""
