"""One use case per module. Talks to the store, devices and hub through kiosk.ports only."""
