"""The pages on which anybody can check an issued document. No sign-in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from foundation.codes import in_groups
from foundation.throttle import Bucket
from reports.domain.verifying import find_document
from reports.forms import VerifyForm

misses = Bucket(*settings.WRONG_CODES)


@login_not_required
@require_GET
def verify(request):
    """Ask for the code that is printed on the document."""
    form = VerifyForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("reports:verify_document", code=in_groups(form.cleaned_data["code"]))
    return _ask(request, form, 422 if form.is_bound else 200)


@login_not_required
@require_GET
def verify_document(request, code):
    """Tell what the code stands for, and let a file be compared in the browser."""
    found = find_document(code)
    if found:
        context = {"found": found, "code": in_groups(found.code)}
        return render(request, "reports/verify_document.html", context)
    form = VerifyForm({"code": code})
    if not form.is_valid():
        return _ask(request, form, 404)
    if misses.take():
        form.add_error("code", _("No document of this portal has this code."))
        return _ask(request, form, 404)
    form.add_error("code", _("Too many codes were wrong just now. Try again in ten minutes."))
    return _ask(request, form, 429)


def _ask(request, form, status):
    return render(request, "reports/verify.html", {"form": form}, status=status)
