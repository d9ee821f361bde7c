"""What a scanner takes for a find and is none, each with the reason; asked by the table."""

import re

# (what the scanner says, why it is none)
FALSE = ()
FALSE = tuple((re.compile(said), why) for said, why in FALSE)


def judged(find):
    """Return why this find is none; nothing, if nobody has judged it."""
    return next((why for said, why in FALSE if said.search(find)), "")
