"""What waits for those who run the portal."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from duties.duty import Duty, kind, link


@kind
def alarms(look):
    """Matters of the machinery. They have letters of their own, at once."""
    person = look.person
    if person is None or not person.is_superuser or not look.open_alarms:
        return
    what = ngettext(
        "%(count)d matter of the portal needs a person.",
        "%(count)d matters of the portal need a person.",
        look.open_alarms,
    ) % {"count": look.open_alarms}
    yield Duty(
        who=person,
        about=_("State of the portal"),
        what=what,
        url=link("operations:health"),
        label=_("Open"),
        place="operations:health",
        number=look.open_alarms,
        is_mailed=False,
    )
