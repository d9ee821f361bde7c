"""Committees whose conferences go on at this moment, with questions that wait and people at the desks."""

import datetime as dt
import random

from django.db import connection
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse
from django.utils import timezone

from bench.filling import _cookie, _person, _text
from committees.domain.committees import create_committee
from committees.models import Committee, Role
from foundation.clock import start_of_week
from foundation.text import fold
from hall.domain import desk, joining, screens
from hall.models import DeskAct, Hall, Place, Turn
from sessions.domain.conferences import schedule_conference
from sessions.models import Question, Theme

WAITING = 90  # questions of each hall when it begins; two of three were cleared for others
GOES_ON_SINCE = dt.timedelta(minutes=5)


def fill(desks):
    """Fill an empty database with one hall for each number of `desks`; return what opens them."""
    random.seed(len(desks))
    now = timezone.now()
    kind = Committee.Kind
    since = dt.date(2020, 1, 1)
    bloc = create_committee(
        code="DUK", kind=kind.BLOC, name="Đảng ủy Khối Mẫu", parent=None, header_name="ĐẢNG ỦY KHỐI MẪU",
        symbol="ĐUK", place="Hà Nội", active_from=since,
    )  # fmt: skip
    themes = list(Theme.objects.all())
    token = _get_new_csrf_string()
    halls = [_hall(number, many, bloc, themes, token, now) for number, many in enumerate(desks)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"token": token, "theme": themes[0].pk, "halls": halls}


def _hall(number, desks, bloc, themes, token, now):
    since = dt.date(2020, 1, 1)
    host = create_committee(
        code=f"D{number:02d}", kind=Committee.Kind.BASE, name=f"Đảng ủy Viện Mẫu {number}",
        parent=bloc, header_name=f"ĐẢNG ỦY VIỆN MẪU {number}", symbol="ĐU", place="Hà Nội",
        active_from=since,
    )  # fmt: skip
    office = [_person(f"office{number}-{one}", host, Role.CLERK, since) for one in range(desks)]
    leader = _person(f"leader{number}", host, Role.LEADER, since)
    chair = _person(f"chair{number}", host, Role.SECRETARY, since)
    begins = now - GOES_ON_SINCE
    conference = schedule_conference(
        host, title="Hội nghị đối thoại", starts_at=begins, ends_at=begins + dt.timedelta(hours=3),
        place="Hội trường", chair=chair, answerers=[leader], by=chair,
        at=begins - dt.timedelta(days=30),
    )  # fmt: skip
    Question.objects.bulk_create(
        _question(one, conference, host, themes, now) for one in range(WAITING)
    )
    hall = desk.open_hall(conference, at=now)
    joining.let_seats_ask(hall, on=True)
    return {
        "pk": hall.pk,
        "code": hall.code,
        "screen": reverse("hall:screen", args=[hall.pk, screens.token_of(hall)]),
        "desks": [_cookie(person, token) for person in office],
    }


def _question(number, conference, host, themes, now):
    text = _text(40)
    return Question(
        conference=conference, committee=host, number=number + 1, state="classified",
        theme=random.choice(themes), kind="opinion", level="anonymous", original_text=text,
        folded=fold(text), edited_ok=number % 3 > 0,
        received_at=start_of_week(now - dt.timedelta(days=8)),
    )  # fmt: skip


def recorded(pk):
    """Return what the rows of a hall tell: keys of acts, versions and words of turns, presses."""
    turns = Turn.objects.filter(hall=pk)
    return {
        "keys": [str(key) for key in DeskAct.objects.filter(hall=pk).values_list("key", flat=True)],
        "turns": {str(turn.pk): [turn.version, turn.gist] for turn in turns},
        "also": Hall.objects.get(pk=pk).also,
        "places": sum(Place.objects.filter(hall=pk).values_list("also", flat=True)),
    }
