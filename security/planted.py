"""Where the holes of `holes.py` are, for those who look for them from outside."""

START = "/scan/holes/"
ECHO, ASKED = f"{START}echo/", f"{START}asked/"
