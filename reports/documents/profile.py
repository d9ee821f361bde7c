"""The Party document form as dated profiles: what changes when the guidance changes.

HD 36-HD/VPTW (03/4/2018) for documents before 27 May 2026, HD 05-HD/VPTW (27/5/2026)
from then on.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Profile:
    """What the two guidances print differently."""

    code: str
    recipients_separator: str
    end_of_recipients: str = "."


HD36_2018 = Profile(code="HD36_2018", recipients_separator=",")
HD05_2026 = Profile(code="HD05_2026", recipients_separator=";")
PROFILES = {profile.code: profile for profile in (HD36_2018, HD05_2026)}
FROM = ((date(2026, 5, 27), HD05_2026), (date.min, HD36_2018))


def profile_on(day):
    """Return the code of the profile for a document that is issued on `day`."""
    return next(profile.code for first, profile in FROM if day >= first)
