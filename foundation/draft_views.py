"""Where a browser sends what is being typed. Nothing is read here: drafts come with their form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation import drafts

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_POST
def draft_keep(request: HttpRequest) -> HttpResponse:
    """Keep the draft; 204 and its moment, 409 if its form was sent, 413 if it is too large."""
    key = drafts.key_in(request.user, request.POST.get("kept_key", ""))
    if key is None:
        return HttpResponse(status=404)
    sent = request.POST.get("draft", "")
    body = drafts.readable(sent) if len(sent) <= drafts.LARGEST else sent
    if body is None:
        return HttpResponse(status=400)
    at = request.at  # type: ignore[attr-defined]  # said in foundation.apps
    try:
        drafts.keep_draft(
            request.user,
            key,
            body=body,
            version=request.POST.get("kept_version", "")[:20].replace("\0", ""),
            once=request.POST.get("kept_once", "")[:36],
            at=at,
        )
    except drafts.NotKept as error:
        if error.why == "large":
            said = _("The text is too long to be kept as a draft.")
            return JsonResponse({"said": said}, status=413)
        return HttpResponse(status=409)
    return JsonResponse({"at": at.isoformat()})


@require_POST
def draft_discard(request: HttpRequest) -> HttpResponse:
    key = drafts.key_in(request.user, request.POST.get("kept_key", ""))
    if key is None:
        return HttpResponse(status=404)
    drafts.discard_draft(request.user, key)
    return HttpResponse(status=204)
