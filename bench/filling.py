"""A committee with one conference and many questions, and people who look at them."""

import datetime as dt
import random
import time
import uuid
from importlib import import_module

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.accounts import second_factor
from committees.domain.committees import create_committee
from committees.models import Committee, Membership, Role, User
from foundation.clock import start_of_week
from foundation.text import fold
from periods.domain.periods import open_periods
from periods.models import Obligation
from reports.domain.drafting import start_draft
from sessions.askers.public import asker_key
from sessions.domain.conferences import schedule_conference
from sessions.models import Answer, Conference, Question, Theme

WORDS = [
    "đề",
    "nghị",
    "lãnh",
    "đạo",
    "xem",
    "xét",
    "chế",
    "độ",
    "phụ",
    "cấp",
    "điều",
    "kiện",
    "làm",
    "việc",
    "công",
    "khai",
    "tiêu",
    "chí",
    "nâng",
    "lương",
    "nhà",
    "công",
    "vụ",
    "khu",
    "để",
    "xe",
    "phần",
    "mềm",
    "văn",
    "bản",
    "họp",
    "chi",
    "bộ",
    "sinh",
    "hoạt",
    "quy",
    "hoạch",
    "đào",
    "tạo",
    "bồi",
    "dưỡng",
    "thi",
    "đua",
]
STATES = ("received", "classified", "assigned", "answered_live", "answered_written")
OPEN = 300  # questions of a conference that is being sorted


def fill(size):
    """Fill an empty database; return the addresses, cookies and bodies to be measured."""
    random.seed(size)
    now = timezone.now()
    since = dt.date(2020, 1, 1)
    kind = Committee.Kind
    bloc = create_committee(
        code="DUK", kind=kind.BLOC, name="Đảng ủy Khối Mẫu", parent=None, header_name="ĐẢNG ỦY KHỐI MẪU",
        symbol="ĐUK", place="Hà Nội", active_from=since,
    )  # fmt: skip
    board = create_committee(
        code="BDV", kind=kind.BOARD, name="Ban Dân vận", parent=bloc, header_name="BAN DÂN VẬN",
        symbol="BDV", place="Hà Nội", active_from=since,
    )  # fmt: skip
    hosts = [
        create_committee(
            code=f"D{number:02d}",
            kind=kind.BASE,
            name=f"Đảng ủy Viện Mẫu {number}",
            parent=bloc,
            header_name=f"ĐẢNG ỦY VIỆN MẪU {number}",
            symbol="ĐU",
            place="Hà Nội",
            active_from=since,
        )
        for number in range(1, 62)
    ]
    host = hosts[0]
    clerk, leader, head = (
        _person(name, committee, role, since)
        for name, committee, role in (
            ("clerk", host, Role.SECRETARY),
            ("leader", host, Role.LEADER),
            ("head", board, Role.HEAD),
        )
    )
    askers = [_person(f"asker{number}", host, Role.STAFF, since) for number in range(200)]
    conference, desk = (
        schedule_conference(
            host, title="Hội nghị đối thoại", starts_at=now + dt.timedelta(days=days),
            ends_at=now + dt.timedelta(days=days, hours=3), place="Hội trường", chair=clerk,
            answerers=[leader], by=clerk, at=now,
        )
        for days in (9, 10)
    )  # fmt: skip
    Conference.objects.filter(pk=conference.pk).update(
        asks_open_at=now - dt.timedelta(days=5), asks_close_at=now + dt.timedelta(days=5)
    )
    themes = list(Theme.objects.all())
    Question.objects.bulk_create(
        [_question(number, conference, host, themes, askers, leader, now) for number in range(size)]
        + [
            _question(len(STATES) * number, desk, host, themes, askers, leader, now)
            for number in range(OPEN)
        ],
        batch_size=2_000,
    )
    Answer.objects.bulk_create(
        [
            Answer(
                question=question,
                state="published",
                text=_text(120),
                answered_by="Văn phòng",
                written_at=now,
                published_at=now,
            )
            for question in Question.objects.filter(state__startswith="answered")
        ],
        batch_size=2_000,
    )
    period = open_periods(at=now)
    draft = start_draft(Obligation.objects.get(period=period, committee=host), by=clerk, at=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return _addresses(conference, desk, draft, clerk, leader, head, askers[0], themes)


def trim(size):
    """Take away what was posted while measuring."""
    Question.objects.exclude(form_print=None).delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE dialogue_sessions_question")


def _person(name, committee, role, since):
    user = User.objects.create(
        username=name, email=f"{name}@vidu.vn", full_name=f"Nguyễn Văn {name}"
    )
    Membership.objects.create(
        user=user, committee=committee, role=role, starts_on=since, given_on=since
    )
    return user


def _text(words):
    return " ".join(random.choices(WORDS, k=words)).capitalize() + "."


def _question(number, conference, host, themes, askers, leader, now):
    state = STATES[number % len(STATES)]
    text = _text(60)
    return Question(
        conference=conference, committee=host, number=number + 1 if state != "received" else None,
        state=state, theme=random.choice(themes), kind="opinion", level="confidential",
        original_text=text, folded=fold(text), asker_key=asker_key(askers[number % 200], conference),
        assignee=leader if state == "assigned" and number % 100 == 2 else None,
        assigned_unit="Văn phòng" if state == "assigned" else "",
        due_on=now.date() + dt.timedelta(days=20) if state == "assigned" else None,
        received_at=start_of_week(now - dt.timedelta(minutes=number % 20_000)),
    )  # fmt: skip


def _show_factor(session, user):
    """Let the session have passed a second factor: without one it would only measure the way there."""
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": second_factor.METHOD, "at": time.time()}
    ]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(user.pk)


def _cookie(user, token):
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    _show_factor(store, user)
    store.create()
    return (
        f"{settings.SESSION_COOKIE_NAME}={store.session_key}; {settings.CSRF_COOKIE_NAME}={token}"
    )


def _addresses(conference, desk, draft, clerk, leader, head, asker, themes):
    token = _get_new_csrf_string()
    cookies = {user.pk: _cookie(user, token) for user in (clerk, leader, head, asker)}
    middle = conference.questions.filter(state="assigned").order_by("-received_at")[25]
    waits = desk.questions.order_by("-received_at", "-id")[25]
    own = conference.questions.filter(asker_key=asker_key(asker, conference)).first()
    body = (
        f"csrfmiddlewaretoken={token}&text=Bao+gi%E1%BB%9D+c%C3%B4ng+khai%3F&theme={themes[2].pk}"
        "&kind=opinion&level=confidential"
    )
    bare_body = (
        f"csrfmiddlewaretoken={token}&conference={conference.pk}&committee={conference.committee_id}"
        f"&theme={themes[2].pk}&kind=opinion&level=confidential&original_text=Bao+gi%E1%BB%9D"
        f"&received_at={timezone.localtime():%Y-%m-%d}+{timezone.localtime():%H:%M}"
    )
    pages = {
        "triage_list": (clerk, reverse("sessions:triage", args=[conference.pk]) + "?list=1"),
        "triage_detail": (
            clerk,
            reverse("sessions:triage_question", args=[conference.pk, middle.pk]),
        ),
        "sorting": (clerk, reverse("sessions:triage_question", args=[desk.pk, waits.pk])),
        "my_questions": (asker, reverse("sessions:my_questions")),
        "question_detail": (asker, reverse("sessions:question_detail", args=[own.pk])),
        "answer_list": (leader, reverse("sessions:answer_list")),
        "conference_list": (clerk, reverse("sessions:conference_list")),
        "conference_detail": (clerk, reverse("sessions:conference_detail", args=[conference.pk])),
        "board_desk": (head, reverse("board:board_desk")),
        "home": (clerk, reverse("reports:home")),
    }
    counted = {
        **pages,
        "triage": (clerk, reverse("sessions:triage", args=[conference.pk])),
        "ask_form": (asker, reverse("sessions:question_ask", args=[conference.pk])),
        "commitment_list": (clerk, reverse("sessions:commitment_list")),
        "report_list": (clerk, reverse("reports:report_list")),
        "member_list": (clerk, reverse("committees:member_list_of", args=["D01"])),
        "committee_list": (head, reverse("committees:committee_list")),
        "board_home": (head, reverse("reports:home")),
        "leader_home": (leader, reverse("reports:home")),
    }
    asking = reverse("sessions:question_ask", args=[conference.pk])
    return {
        "pages": {
            **{name: (path, cookies[user.pk], None) for name, (user, path) in pages.items()},
            "ask_post": (asking, cookies[asker.pk], body),
        },
        "bare": {
            "list": (f"/list/?conference={conference.pk}", cookies[clerk.pk], None),
            "one": (f"/one/{middle.pk}/", cookies[clerk.pk], None),
            "post": ("/post/", cookies[clerk.pk], bare_body),
        },
        "queries": {
            **{name: _queries(user, path) for name, (user, path) in counted.items()},
            "ask_post": _queries(asker, asking, text="Bao giờ?", theme=themes[2].pk, kind="opinion",
                                 level="confidential", form_key=str(uuid.uuid4())),
        },
    }  # fmt: skip


def _queries(user, path, **data):
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    session = client.session
    _show_factor(session, user)
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    for _ in range(2):  # what a process looks up once in half a minute is known by then, also for a
        client.get("/")  # browser whose marks of what it has read the first page brought
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(path, data) if data else client.get(path)
    assert answer.status_code in (200, 302), (path, answer.status_code)
    return len(captured)
