"""The jobs one by one, for those who run the portal and for the Board: what, how, and do it now."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foundation.drafts import not_used
from jobs.domain.claiming import do_now
from operations import job_list as jobs
from operations.checkup import mail_flows
from reports.permissions import can_see_health

ON_A_PAGE = 50
LARGEST = 2**62


def _enter(request):
    if not can_see_health(request.user):
        raise Http404


def _looked_at(asked, given_up=()):
    """Return (kind, state) as asked for, or of the kind of which something was given up."""
    kind, state = asked.get("kind", ""), asked.get("state", "")
    if kind not in jobs.KINDS:
        kind = next((one for one in given_up if given_up[one]), "rendering")
    return kind, state if state in dict(jobs.STATES) else ""


@require_GET
def job_list(request):
    _enter(request)
    given_up = jobs.given_up(request.user)
    kind, state = _looked_at(request.GET, given_up)
    found = jobs.listed(request.user, kind, state)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "operations/job_list.html",
        {
            "page": page,
            "lines": jobs.lines_of(kind, page.object_list),
            "kind": kind,
            "kinds": jobs.KIND_WORDS.items(),
            "state": state,
            "states": jobs.STATES,
            "given_up": given_up,
            "mail_flows": mail_flows(at=request.at),
        },
    )


@require_POST
def job_now(request):
    """Have one job tried at once that waits or was given up."""
    _enter(request)
    kind, state = _looked_at(request.POST)
    number = request.POST.get("pk", "")
    back = redirect(f"{reverse('operations:job_list')}?{urlencode({'kind': kind, 'state': state})}")
    is_number = number.isascii() and number.isdigit() and int(number) < LARGEST
    if request.POST.get("kind") not in jobs.KINDS or not is_number:
        messages.warning(request, _("Say which job is to be tried again."))
        return not_used(back)
    job = jobs.jobs_of(request.user, jobs.KINDS[kind]).filter(pk=number).first()
    if job is None:
        raise Http404
    if not (jobs.can_be_done_now(job) and do_now(job, at=request.at)):
        messages.warning(request, _("It is being done or has ended already: nothing was changed."))
        return not_used(back)
    if kind == "delivery" and not mail_flows(at=request.at):
        messages.warning(request, _("It goes as soon as the mail server takes mail again."))
    elif kind == "delivery" and job.waits_for and not job.waits_for.is_finished:
        messages.warning(request, _("It goes as soon as its file is there."))
    else:
        messages.success(request, _("It will be tried again now."))
    return back
