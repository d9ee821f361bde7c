"""Handing out what was sent with a question: to its asker and to those who handle it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from dialogue_portal.files import DamagedFile
from sessions.domain import attachments, identity
from sessions.models import Attachment
from sessions.permissions import may_handle


@require_GET
def attachment_file(request, pk):
    attachment = get_object_or_404(
        Attachment.objects.select_related("question__conference", "question__committee"), pk=pk
    )
    question = attachment.question
    if not may_handle(request.user, question) and not identity.is_asker(request.user, question):
        raise Http404
    try:
        content = attachments.content_of(attachment)
    except DamagedFile:
        return render(request, "500.html", status=503)
    return HttpResponse(
        content,
        content_type=attachments.TYPES[attachment.kind],
        headers={
            "Content-Disposition": f'attachment; filename="{attachment.name}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
