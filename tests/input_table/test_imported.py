"""Lists as offices send them, through the dry run and into the portal."""

EXPECTED = {}
