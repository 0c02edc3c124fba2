"""The terminal's side of the protocol with the hub: the only place that imports requests."""
