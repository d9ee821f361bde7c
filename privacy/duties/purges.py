"""Texts to be taken out: for the body that agrees; afterwards for the office whose report is due anew."""

from django.db.models import Exists, OuterRef, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from committees.models import User
from committees.permissions import BOARD, OFFICE
from duties.duty import Duty, kind, link
from duties.look import there
from foundation.clock import day_of
from reports.models import Purge, Redaction
from reports.permissions import barred_from_agreeing
from reports.states import ReportState

PLACE, REPORTS = "privacy:purge_list", "reports:report_list"
STANDING = (ReportState.ISSUED, ReportState.ACKNOWLEDGED, ReportState.RETURNED)


@there
def texts_to_take_out(look):
    return Purge.objects.filter(state__in=(Purge.State.ASKED, Purge.State.DONE))


def purges_in(look):
    """Texts that wait to be taken out, and those out of reports that still stand."""
    for_no_board = look.person is None or look.person.is_superuser
    concerned = for_no_board or look.committees(*BOARD, *OFFICE)
    if not (concerned and texts_to_take_out(look)):
        return []
    boards = Q(board_id__in=look.committees(*BOARD))
    if for_no_board:
        boards |= Q(board=None)
    asked = boards & Q(state=Purge.State.ASKED)
    stands = Exists(Redaction.objects.filter(purge=OuterRef("pk"), report__state__in=STANDING))
    done = Q(stands, state=Purge.State.DONE, committee_id__in=look.committees(*OFFICE))
    found = Purge.objects.filter(asked | done).select_related("committee")
    standing = "redactions__report__obligation__period"
    return list(found.prefetch_related(standing).order_by("asked_at", "pk"))


@kind
def purges(look):
    """What the other body is to decide, before it lapses."""
    found = [one for one in look.once(purges_in) if one.state == Purge.State.ASKED]
    waiting = [one for one in found if not one.has_lapsed(at=look.at)]
    barred = barred_from_agreeing(waiting)
    for purge in waiting:
        for who in _of_the_other_body(look, purge):
            if who.pk in barred[purge.pk]:
                continue
            yield Duty(
                who=who,
                about=purge.committee.name,
                what=_("A text is to be taken out; it waits for your agreement."),
                on=day_of(purge.until),
                since=day_of(purge.asked_at),
                url=link("privacy:purge_detail", purge.pk),
                label=_("Decide"),
                place=PLACE,
                keys=(str(purge.pk),),
            )


def _of_the_other_body(look, purge):
    """Return those of the look whom the purge waits for, whether they may agree or not."""
    if purge.board_id is not None:
        return look.people(purge.board_id, *BOARD)
    if look.person is None:
        return list(User.objects.filter(is_superuser=True, is_active=True).exclude(email=""))
    return [look.person] if look.person.is_superuser else []


@kind
def purged_reports(look):
    """A text was taken out of a report that still stands: it is due in a new version."""
    for purge in look.once(purges_in):
        if purge.state != Purge.State.DONE:
            continue
        for redaction in purge.redactions.all():
            report = redaction.report
            if report is None or report.state not in STANDING:
                continue
            for who in look.people(purge.committee_id, *OFFICE):
                yield Duty(
                    who=who,
                    about=look.about(capfirst(report.period.name), purge.committee, who),
                    what=_("A text was taken out of the report: issue a new version of it."),
                    url=link("reports:report_detail", report.pk),
                    label=_("Open the report"),
                    place=REPORTS,
                    keys=(f"{redaction.pk}:{redaction.sha256}",),
                )
