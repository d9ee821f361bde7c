"""Handing out files to whoever may read what they belong to."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from foundation.files import DamagedFile
from sessions.domain import attachments
from sessions.models import Attachment


@require_GET
def attachment_file(request, pk):
    attachment = get_object_or_404(
        Attachment.objects.select_related(
            "question__committee", "answer__question__committee", "commitment", "progress"
        ),
        pk=pk,
    )
    if not attachments.may_have(request.user, attachment):
        raise Http404
    try:
        return as_file(attachment)
    except DamagedFile:
        return render(request, "500.html", {"language": get_language()}, status=503)


def as_file(attachment):
    """Return the answer that hands it out, to be saved and not shown. Raises DamagedFile."""
    return HttpResponse(
        attachments.content_of(attachment),
        content_type=attachments.TYPES[attachment.kind],
        headers={
            "Content-Disposition": f'attachment; filename="{attachment.name}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
