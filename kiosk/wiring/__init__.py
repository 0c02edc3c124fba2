"""The composition root: builds the parts and joins them; `kiosk.app` adds the Qt program.

Its modules import what the first page does not need where they use it, so that the page is there soon.
"""
