"""Filling a template into a form that is being typed: nothing is done, and nothing typed is lost."""

from copy import copy

from django.shortcuts import get_object_or_404

from sessions.domain import text_templates

# What a form of each use calls the text that a template fills.
FIELD = {"answer": "text", "decline": "text", "refer": "reason", "escalate": "reason"}


def is_asked_for(request):
    return request.method == "POST" and "fill" in request.POST


def with_template(request, question, use, form):
    """Return the form as it was typed with the chosen template at the end of its text, or None.

    None where no template was asked for; one that is not offered for this use is not found.
    """
    if not is_asked_for(request):
        return None
    chosen = request.POST.get("template", "")
    number = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else 0
    template = get_object_or_404(text_templates.offered(question.committee, use), pk=number)
    field = FIELD[use]
    typed = {bound.name: bound.data for bound in form if bound.name not in ("files", "drop")}
    filled = text_templates.filled(template.text, question)
    before = (typed[field] or "").rstrip()
    typed[field] = f"{before}\n{filled}" if before else filled
    shown = copy(form)  # unbound: it shows what was typed and judges nothing
    shown.is_bound, shown.data, shown.files = False, {}, {}
    shown._bound_fields_cache, shown._errors = {}, None
    shown.initial = {**form.initial, **typed}
    return shown
