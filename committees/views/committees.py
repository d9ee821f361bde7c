"""Committees: the list, one of them, its names, its terms, its end."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from committees import permissions, queries
from committees.domain import committees, invitations
from committees.forms.committees import (
    ChangeForm,
    CloseForm,
    CommitteeForm,
    RenameForm,
    TermForm,
)
from committees.models import Committee
from committees.pages import form_page, sent
from foundation.acts import attempt
from foundation.clock import day_of
from foundation.conflicts import as_it_stands

# The Bloc and the Board last as long as the portal does.
LASTING = (Committee.Kind.BLOC, Committee.Kind.BOARD)
FACTS = (*committees.FACTS, "version")
MEMBERS_SHOWN = 12


# --- committees ---------------------------------------------------------------------


@require_GET
def committee_list(request):
    if not permissions.can_manage_committees(request.user):
        raise Http404
    word = request.GET.get("q", "")[:200]
    found = queries.committees_for(request.user, search=word)
    waiting = 0
    if not word:
        everybody = queries.to_be_invited_by(
            request.user, on=day_of(request.at), managed=list(found)
        )
        waiting = invitations.uninvited(everybody.order_by(), at=request.at).count()
    return render(
        request,
        "committees/committee_list.html",
        {"committees": found, "q": word, "uninvited": waiting},
    )


def _managed(request, code):
    """The committee, for those who manage it; a stranger gets 404."""
    committee = get_object_or_404(Committee.objects.select_related("parent"), code=code)
    if not permissions.manages(request.user, committee):
        raise Http404
    return committee


@require_GET
def committee_detail(request, code):
    found = Committee.objects.select_related("parent", "watch_officer")
    committee = get_object_or_404(found, code=code)
    manages = permissions.manages(request.user, committee)
    if not manages and not permissions.is_office_of(request.user, committee):
        raise Http404
    members_now = queries.members_of(committee, on=day_of(request.at))
    return render(
        request,
        "committees/committee_detail.html",
        {
            "committee": committee,
            "names": committee.names.order_by("-valid_from"),
            "terms": committee.terms.order_by("-starts_on"),
            "members": queries.with_people(members_now[:MEMBERS_SHOWN]),
            "member_count": len(members_now),
            "manages": manages,
            "can_close": manages and committee.kind not in LASTING,
            "can_manage_members": permissions.can_manage_members(request.user, committee),
        },
    )


def committee_create(request):
    if not permissions.can_manage_committees(request.user):
        raise Http404
    parents = queries.committees_for(request.user).exclude(
        kind__in=(Committee.Kind.BOARD, Committee.Kind.CELL)
    )
    if not parents.exists():
        return redirect("committees:setup")  # the Bloc comes first
    form = CommitteeForm(sent(request), parents=parents)
    if request.method == "POST" and form.is_valid():
        try:
            committee = committees.create_committee(**form.cleaned_data, by=request.user)
            messages.success(request, _("The committee has been added."))
            return redirect("committees:committee_detail", committee.code)
        except committees.CodeTaken:
            form.add_error("code", _("Another committee has this code."))
    return form_page(request, "committee_form", form, title=_("Add a committee"))


def committee_change(request, code):
    committee = _managed(request, code)
    form = ChangeForm(
        sent(request),
        people=queries.people_above(committee, on=day_of(request.at)),
        initial={name: getattr(committee, name) for name in FACTS},
    )
    changed = partial(committees.change_committee, committee, by=request.user)
    tried = attempt(request, form, changed, standing=lambda: as_it_stands(committee, FACTS))
    if tried.is_done:
        messages.success(request, _("The changes have been saved."))
        return redirect("committees:committee_detail", committee.code)
    return form_page(
        request,
        "committee_form",
        form,
        status=tried.status,
        committee=committee,
        title=_("Change the committee"),
        conflict=tried.conflict,
    )


def committee_rename(request, code):
    committee = _managed(request, code)
    now = committee.naming(on=day_of(request.at))
    form = RenameForm(
        sent(request),
        initial={
            name: getattr(now, name)
            for name in ("name", "header_name", "organisation_name", "symbol", "place")
            # A header that follows the name shall follow the new one too.
            if name != "header_name" or now.header_name != committees.in_capitals(now.name)
        },
    )
    if request.method == "POST" and form.is_valid():
        committees.rename_committee(committee, **form.cleaned_data, by=request.user, at=request.at)
        messages.success(request, _("The name has been set; older papers keep the old one."))
        return redirect("committees:committee_detail", committee.code)
    return form_page(request, "committee_form", form, committee=committee, title=_("Another name"))


def committee_close(request, code):
    committee = _managed(request, code)
    if committee.kind in LASTING:
        raise PermissionDenied
    form = CloseForm(
        sent(request),
        committee=committee,
        initial={
            "active_until": committee.active_until,
            "successor": committee.successor_id,
        },
    )
    if request.method == "POST" and form.is_valid():
        committees.close_committee(committee, **form.cleaned_data, by=request.user)
        messages.success(
            request,
            _("The last day has been set.")
            if committee.active_until
            else _("The committee goes on."),
        )
        return redirect("committees:committee_detail", committee.code)
    return form_page(
        request, "committee_form", form, committee=committee, title=_("Close the committee")
    )


def term_begin(request, code):
    committee = get_object_or_404(Committee, code=code)
    if not (
        permissions.manages(request.user, committee)
        or permissions.is_office_of(request.user, committee)
    ):
        raise Http404
    form = TermForm(sent(request))
    if request.method == "POST" and form.is_valid():
        committees.begin_term(committee, **form.cleaned_data, by=request.user)
        messages.success(request, _("The term of office has been set."))
        return redirect("committees:committee_detail", committee.code)
    return form_page(
        request, "committee_form", form, committee=committee, title=_("A new term of office")
    )
