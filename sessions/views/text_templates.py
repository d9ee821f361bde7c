"""The templates of an office: the list, the form with its preview, and taking one out of use."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from committees.models import Committee
from committees.permissions import OFFICE
from foundation.acts import attempt
from sessions.domain import text_templates
from sessions.forms.text_templates import TemplateChangeForm, TemplateForm
from sessions.models import Question, TextTemplate
from sessions.permissions import can_edit_templates

REFUSALS = {
    text_templates.NameTaken: (
        "name",
        gettext_lazy("There is a template of this name for the same use."),
    )
}


def _own_committee(request):
    committee = Committee.objects.filter(pk__in=request.user.committees_as(*OFFICE)).first()
    if committee is None:
        raise Http404
    return committee


def _own_template(request, pk):
    template = get_object_or_404(
        TextTemplate.objects.select_related("committee"),
        pk=pk,
        committee_id__in=list(request.user.roles),
    )
    if not can_edit_templates(request.user, template.committee):
        raise PermissionDenied
    return template


@require_GET
def template_list(request):
    committee = _own_committee(request)
    every = committee.text_templates.all()
    return render(
        request,
        "sessions/template_list.html",
        {
            "committee": committee,
            "templates": [one for one in every if one.is_active],
            "retired": [one for one in every if not one.is_active],
        },
    )


def template_create(request):
    committee = _own_committee(request)
    form = TemplateForm(
        request.POST or None,
        questions=_questions(committee),
        initial={"use": request.GET.get("use")},
    )
    make = partial(text_templates.make_template, committee)
    return _form_page(request, form, make, committee=committee)


def template_change(request, pk):
    template = _own_template(request, pk)
    form = TemplateChangeForm(
        request.POST or None, questions=_questions(template.committee), initial=_standing(template)
    )
    change = partial(text_templates.change_template, template)
    return _form_page(request, form, change, committee=template.committee, template=template)


def _questions(committee):
    """Return the questions by which a template can be shown: those that have a code."""
    return Question.objects.filter(committee=committee, number__isnull=False).select_related(
        "conference", "committee", "theme", "assignee"
    )


def _standing(template):
    return {name: getattr(template, name) for name in ("use", "name", "text", "version")}


def _form_page(request, form, act, *, committee, template=None):
    """Show the form, with its text filled in if that was asked for; else keep it."""
    preview = None
    if request.method == "POST" and "preview" in request.POST and form.is_valid():
        question, text = form.question, form.cleaned_data["text"]
        preview = {
            "question": question,
            "text": text_templates.filled(text, question) if question else text,
        }
    if preview is None:
        standing = (lambda: _standing(_fresh(template))) if template else None
        tried = attempt(request, form, act, standing=standing, refusals=REFUSALS)
        if tried.is_done:
            messages.success(request, _("The template is kept."))
            return redirect("sessions:template_list")
    context = {"form": form, "committee": committee, "template": template, "preview": preview}
    if preview is None:
        context["conflict"] = tried.conflict
    status = 200 if preview else tried.status
    return render(request, "sessions/template_form.html", context, status=status)


def _fresh(template):
    return TextTemplate.objects.get(pk=template.pk)


@require_POST
def template_retire(request, pk):
    text_templates.retire_template(_own_template(request, pk))
    messages.success(request, _("The template is offered no more."))
    return redirect("sessions:template_list")


@require_POST
def template_restore(request, pk):
    text_templates.retire_template(_own_template(request, pk), is_active=True)
    messages.success(request, _("The template is offered again."))
    return redirect("sessions:template_list")
