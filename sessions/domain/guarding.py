"""What a browser needs to warn of names, without being told the names."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from committees.models import User
from foundation.keys import keyed_hash
from foundation.text import fold

if TYPE_CHECKING:
    from committees.models import Committee


LENGTH = 12  # hexadecimal digits: enough to recognise, too few to be sure of


def name_hashes(committee: Committee) -> dict[str, Any]:
    """Return {"salt": …, "hashes": […]} of the committee's people: whole names and their ends.

    The last two words of a name of three or more are how people call each other.
    """
    salt = keyed_hash("names", f"{committee.pk}".encode())[:16]
    names = (
        User.objects.filter(memberships__committee=committee)
        .distinct()
        .values_list("full_name", flat=True)
    )
    runs = set()
    for name in names:
        words = fold(name).split()
        runs.add(" ".join(words))
        if len(words) > 2:
            runs.add(" ".join(words[-2:]))
    hashes = sorted(
        hashlib.sha256(f"{salt}:{run}".encode()).hexdigest()[:LENGTH] for run in runs if " " in run
    )
    return {"salt": salt, "hashes": hashes}
