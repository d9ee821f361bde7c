"""Many reports, ready to be issued or issued, made as the portal makes them."""

import datetime as dt

from committees.models import Committee, Membership, Role
from periods.models import Obligation
from reports.domain import issuing
from reports.domain.drafting import start_draft
from reports.domain.writing import explain_not_held
from tests.world import LONG_AGO, NOON, make_committee


def many_drafts(world, number):
    """Return `number` complete drafts of as many committees that report to the world's Board."""
    drafts = []
    for index in range(number):
        committee = make_committee(
            f"M{index:04d}", Committee.Kind.BASE, f"Đảng ủy Cơ quan số {index}", parent=world.bloc
        )
        Membership.objects.create(
            user=world.secretary, committee=committee, role=Role.SECRETARY, starts_on=LONG_AGO
        )
        obligation = Obligation.objects.create(
            period=world.period, committee=committee, board=world.board
        )
        draft = start_draft(obligation, by=world.secretary, at=NOON)
        explain_not_held(
            draft,
            reason="Cơ quan sắp xếp lại tổ chức trong kỳ.",
            until=dt.date(2026, 9, 15),
            at=NOON,
        )
        drafts.append(draft)
    return drafts


def issue_all(world, drafts, *, at=NOON):
    return [issuing.issue_report(draft, by=world.secretary, at=at) for draft in drafts]
