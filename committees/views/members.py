"""The people of a committee: who holds what from when to when."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from committees import permissions, queries
from committees.accounts.adapters import stay_signed_in
from committees.domain import invitations, members, separation
from committees.forms.committees import (
    EndForm,
    MemberForm,
    MembershipForm,
)
from committees.models import Committee
from committees.pages import form_page, sent
from foundation.acts import attempt
from foundation.clock import day_of, written_day
from foundation.conflicts import as_it_stands
from foundation.drafts import not_used

FACTS = ("post", "unit", "ends_on", "version")
MEMBERS_ON_A_PAGE = 50
LAST_OF_THE_OFFICE = gettext_lazy(
    "This is the last person who runs the committee; appoint somebody else first."
)
IN_RETURN = gettext_lazy(
    "This person has given you your own role within a year; somebody else has to give this one."
)
TO_ONESELF = gettext_lazy("Nobody gives a role to themselves; somebody else has to do it.")
TWO_BODIES = gettext_lazy(
    "Whoever works for the Board or runs the portal cannot work for an office at the same time."
)


def _with_members(request, code):
    committee = get_object_or_404(Committee, code=code)
    if not permissions.can_manage_members(request.user, committee):
        raise Http404
    return committee


@require_GET
def member_list(request, code=None):
    if code is None:
        own = Committee.objects.filter(
            pk__in=request.user.committees_as(*permissions.OFFICE, *permissions.BOARD)
        ).first()
        if own is None:
            raise Http404
        return redirect("committees:member_list_of", own.code)
    committee = _with_members(request, code)
    word = request.GET.get("q", "")[:200]
    found = queries.members_of(committee, on=day_of(request.at), search=word)
    page = Paginator(found, MEMBERS_ON_A_PAGE).get_page(request.GET.get("page"))
    people = queries.with_people(list(page.object_list))
    page.object_list = people  # type: ignore[assignment]  # rows in place of their ids
    roles = permissions.roles_to_give(request.user, committee)
    waiting = committee.memberships.active().with_role(*roles)
    return render(
        request,
        "committees/member_list.html",
        {
            "committee": committee,
            "page": page,
            "q": word,
            "roles": roles,
            "uninvited": invitations.uninvited(waiting, at=request.at).count(),
            "deputyships": committee.deputyships.to_come(on=day_of(request.at)).select_related(
                "leader", "deputy", "given_by"
            ),
            "can_name_deputies": permissions.can_name_deputies(request.user, committee),
            "can_import": committee.kind != Committee.Kind.BOARD,
        },
    )


def member_add(request, code):
    committee = _with_members(request, code)
    roles = permissions.roles_to_give(request.user, committee)
    if not roles:
        raise PermissionDenied
    form = MemberForm(sent(request), roles=roles)
    if request.method == "POST" and form.is_valid():
        try:
            membership, is_new = members.add_member(committee, **form.cleaned_data, by=request.user)
            if is_new:
                invitations.invite(membership.user, by=request.user, at=request.at)
            _tell_of_member(request, membership, is_new)
            return redirect("committees:member_list_of", committee.code)
        except members.AlreadyMember as error:
            form.add_error(
                "role",
                _("The person has this role since %(day)s.") % {"day": written_day(error.since)},
            )
        except members.SomebodyElse:
            form.add_error("email", _("This address belongs to somebody with another name."))
        except separation.ToOneself:
            form.add_error("role", TO_ONESELF)
        except separation.InReturn:
            form.add_error("role", IN_RETURN)
        except separation.TwoBodies:
            form.add_error("role", TWO_BODIES)
    return form_page(request, "member_form", form, committee=committee, title=_("Add a person"))


def _tell_of_member(request, membership, is_new):
    names = {"name": membership.user.full_name, "user": membership.user.username}
    messages.success(
        request,
        _(
            "%(name)s has an account now, user name %(user)s. An invitation is on its way by mail; its link sets the password."
        )
        % names
        if is_new
        else _("%(name)s has got the role.") % names,
    )


def _membership(request, code, pk):
    committee = _with_members(request, code)
    membership = get_object_or_404(committee.memberships.select_related("user", "committee"), pk=pk)
    if membership.role not in permissions.roles_to_give(request.user, committee):
        raise PermissionDenied
    return membership


def member_change(request, code, pk):
    membership = _membership(request, code, pk)
    form = MembershipForm(
        sent(request),
        starts_on=membership.starts_on,
        initial={name: getattr(membership, name) for name in FACTS},
    )
    tried = attempt(
        request,
        form,
        partial(members.change_member, membership, by=request.user, at=request.at),
        standing=lambda: as_it_stands(membership, FACTS),
        refusals={
            members.LastOfTheOffice: ("ends_on", LAST_OF_THE_OFFICE),
            separation.ToOneself: ("ends_on", TO_ONESELF),
            separation.InReturn: ("ends_on", IN_RETURN),
            separation.TwoBodies: ("ends_on", TWO_BODIES),
        },
    )
    if tried.is_done:
        return _after_change(request, membership, _("The changes have been saved."))
    return form_page(
        request,
        "member_form",
        form,
        status=tried.status,
        committee=membership.committee,
        membership=membership,
        title=membership.user.full_name,
        conflict=tried.conflict,
    )


def member_end(request, code, pk):
    """Ask first: the person is signed out everywhere and sees nothing of the committee more."""
    membership = _membership(request, code, pk)
    form = EndForm(sent(request), initial={"version": membership.version})
    tried = attempt(
        request,
        form,
        partial(members.end_membership, membership, by=request.user, at=request.at),
        standing=lambda: as_it_stands(membership, FACTS),
        refusals={members.LastOfTheOffice: (None, LAST_OF_THE_OFFICE)},
    )
    if tried.is_done:
        return _after_change(request, membership, _("The role has ended."))
    return form_page(
        request,
        "member_end",
        form,
        status=tried.status,
        conflict=tried.conflict,
        committee=membership.committee,
        membership=membership,
    )


def _after_change(request, membership, said):
    if membership.user == request.user:
        stay_signed_in(request)
    messages.success(request, said)
    return redirect("committees:member_list_of", membership.committee.code)


@require_POST
def member_invite(request, code, pk):
    """Send one person the link again, or for the first time."""
    membership = _membership(request, code, pk)
    try:
        invitations.invite(membership.user, by=request.user, at=request.at)
    except invitations.NotToBeInvited:
        messages.error(request, _("This person has set a password already, or has no address."))
        return not_used(redirect("committees:member_list_of", membership.committee.code))
    messages.success(request, _("The invitation is on its way."))
    return redirect("committees:member_list_of", membership.committee.code)


@require_POST
def members_invite(request, code):
    """Send a link to everybody who has neither a password nor an invitation that lasts."""
    committee = _with_members(request, code)
    roles = permissions.roles_to_give(request.user, committee)
    if not roles:
        raise PermissionDenied
    count = invitations.invite_everybody(
        committee.memberships.active().with_role(*roles), by=request.user, at=request.at
    )
    messages.success(
        request,
        ngettext(
            "%(count)d invitation is on its way.",
            "%(count)d invitations are on their way.",
            count,
        )
        % {"count": count},
    )
    return redirect("committees:member_list_of", committee.code)
