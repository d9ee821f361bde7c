"""The forms of the matrix: who is at them, where, and how often what was typed has been sent."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils import timezone

from periods.models import Extension
from reports.domain import drafting, issuing, writing
from reports.models import Narrative, Report
from sessions.domain import answers, follow_up, questions, triage
from sessions.models import Answer, Appeal, Clarification, Commitment, Conference, Question, Rating
from tests.journeys.test_whole_chain import days_pass
from tests.world import NOON, day

TEXT = "Đề nghị sửa mái che nhà xe phía đông"


@dataclass
class Form:
    who: str
    next_person: str  # signs in afterwards in the same tab
    path: str
    box: str  # where TEXT is typed
    done: Callable[[], int]  # how often it was sent
    button: str = "main form[data-keep] button.btn-primary"
    besides: dict = field(default_factory=dict)  # selector: what is chosen or typed there
    in_tab: bool = False
    private: tuple = ()  # of `besides`: what never lies on the server
    completed: dict = field(default_factory=dict)  # what is still wanting, before it is sent
    shows_saved: bool = False  # the form comes again with what was saved
    answers: int = 204  # where to go, or the fragment for htmx to show


def submitted(world):
    return questions.submit_question(
        world.conference, text="Bao giờ có chỗ để xe?", theme=world.themes[2], kind="opinion",
        level="confidential", by=world.staff, at=NOON,
    )  # fmt: skip


def window_is_open(world):
    now = timezone.now()
    Conference.objects.filter(pk=world.conference.pk).update(
        asks_open_at=now - dt.timedelta(days=1),
        asks_close_at=now + dt.timedelta(days=5),
        starts_at=now + dt.timedelta(days=10),
        ends_at=now + dt.timedelta(days=10, hours=3),
    )


def conference(world):
    return Form(
        "clerk", "secretary", "/conferences/new/", "[name='title']",
        Conference.objects.filter(title=TEXT).count, button="button[name='save']",
        besides={"[name='place']": "Hội trường A", "[name='starts_at']": "20/12/2026 08:00"},
    )  # fmt: skip


def record(world):
    return Form(
        "clerk", "secretary", f"/conferences/{world.conference.pk}/record/", "[name='text']",
        Question.objects.filter(original_text=TEXT).count,
        besides={
            "[name='theme']": str(world.themes[2].pk),
            "[name='level']": "named",
            "[name='name']": "Lý Thị Nga",
        },
        private=("[name='name']",),
    )  # fmt: skip


def answer(world):
    question = submitted(world)
    triage.assign_question(question, to=world.leader, due_on=day(400), by=world.clerk, at=NOON)
    return Form(
        "leader", "other_leader", f"/answers/{question.pk}/", "[name='text']",
        Answer.objects.filter(text=TEXT).count, button="button[name='save']", shows_saved=True,
    )  # fmt: skip


def sort(world):
    question = submitted(world)
    return Form(
        "clerk", "secretary", f"/conferences/{world.conference.pk}/triage/{question.pk}/",
        "[name='sort-display_text']", Question.objects.filter(display_text=TEXT).count,
        button="#sort .btn-primary", shows_saved=True,
        besides={
            "[name='sort-theme']": str(world.themes[0].pk),
            "[name='sort-unit']": "Văn phòng",
            "[name='sort-due_on']": "20/12/2026",
            "[name='sort-edited_ok']": True,
        },
    )  # fmt: skip


def decline(world):
    question = submitted(world)
    return Form(
        "clerk", "secretary",
        f"/conferences/{world.conference.pk}/triage/{question.pk}/?open=decline",
        "[name='decline-text']", Question.objects.filter(return_text=TEXT).count,
        button="#act-decline form button", besides={"[name='decline-code']": "unclear"},
    )  # fmt: skip


def several(world):
    submitted(world)
    return Form(
        "clerk", "secretary", f"/conferences/{world.conference.pk}/triage/?list=1&bulk=decline",
        "[name='several-text']", Question.objects.filter(return_text=TEXT).count,
        button="#several .btn-primary", besides={"[name='several-code']": "unclear"},
        completed={"[name='questions']": True},
    )  # fmt: skip


def results(world):
    """It saves itself as soon as nothing is wrong with it: attendance is counted only in part."""
    days_pass(world.conference)
    Conference.objects.filter(pk=world.conference.pk).update(state="held")
    counts = "invited party_members civil_servants public_employees workers women online"
    return Form(
        "clerk", "secretary", f"/conferences/{world.conference.pk}/results/", "[name='summary']",
        Conference.objects.filter(summary=TEXT).count, button="#results-form .btn-primary",
        besides={"[name='present']": "12"}, shows_saved=True,
        completed={f"[name='{name}']": "1" for name in counts.split()},
    )  # fmt: skip


def commitment(world):
    days_pass(world.conference)
    Conference.objects.filter(pk=world.conference.pk).update(state="held")
    return Form(
        "clerk", "secretary", f"/conferences/{world.conference.pk}/commitments/new/",
        "[name='text']", Commitment.objects.filter(text=TEXT).count, button="button[name='save']",
        besides={"[name='lead_unit']": "Văn phòng", "[name='due_on']": "20/12/2027"},
    )  # fmt: skip


def returned(world):
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    writing.explain_not_held(draft, reason="Sắp xếp tổ chức", until=day(400), at=NOON)
    issuing.issue_report(draft, by=world.secretary, at=NOON)
    return Form(
        "officer", "head", f"/reports/{draft.pk}/return/", "[name='remarks']",
        Report.objects.filter(state="returned").count,
    )  # fmt: skip


def more_time(world):
    today = timezone.localdate()  # more time up to a day in the past would be asked again
    world.obligation.period.due_before = today + dt.timedelta(days=10)
    world.obligation.period.save(update_fields=["due_before"])
    to = today + dt.timedelta(days=20)
    return Form(
        "head", "officer", f"/obligations/{world.obligation.pk}/", "[name='reason']",
        Extension.objects.filter(reason=TEXT).count,
        besides={"[name='to']": f"{to:%d/%m/%Y}"},
    )  # fmt: skip


def ask(world):
    window_is_open(world)
    return Form(
        "staff", "colleague", f"/conferences/{world.conference.pk}/ask/", "[name='text']",
        Question.objects.filter(original_text=TEXT).count, in_tab=True,
        besides={
            "[name='theme']": str(world.themes[2].pk),
            "[name='kind']": "recommendation",
            "[name='level'][value='named']": True,
        },
    )  # fmt: skip


def change(world):
    question = submitted(world)
    window_is_open(world)
    return Form(
        "staff", "colleague", f"/questions/{question.pk}/change/", "[name='text']",
        Question.objects.filter(original_text=TEXT).count, in_tab=True, shows_saved=True,
    )  # fmt: skip


def narrative(world):
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    return Form(
        "clerk", "secretary", f"/reports/{draft.pk}/text/lead/", "[name='text']",
        Narrative.objects.filter(text=TEXT).count, answers=200, shows_saved=True,
    )  # fmt: skip


def reply(world):
    question = submitted(world)
    follow_up.ask_back(question, text="Nhà xe nào?", by=world.clerk, at=NOON)
    return Form(
        "staff", "colleague", f"/questions/{question.pk}/", "#asked-back [name='text']",
        Clarification.objects.filter(reply=TEXT).count, button="#asked-back button.btn-primary",
        in_tab=True,
    )  # fmt: skip


def answered(world):
    question = submitted(world)
    answers.record_live_answer(
        question, text="Sẽ sửa.", answered_by="Lãnh đạo", by=world.clerk, at=NOON
    )
    return question


def rating(world):
    return Form(
        "staff", "colleague", f"/questions/{answered(world).pk}/", "[name='why']",
        Rating.objects.filter(why=TEXT).count, button="form:has([name='why']) button.btn",
        besides={"[name='value'][value='partly']": True}, in_tab=True, shows_saved=True,
    )  # fmt: skip


def objection(world):
    return Form(
        "staff", "colleague", f"/questions/{answered(world).pk}/", "details [name='text']",
        Appeal.objects.filter(text=TEXT).count, button="details:has([name='text']) button.btn",
        in_tab=True,
    )  # fmt: skip


FORMS = [
    *(
        conference,
        record,
        sort,
        decline,
        several,
        results,
        answer,
        commitment,
        returned,
        more_time,
        narrative,
    ),
    *(ask, change, reply, rating, objection),
]
