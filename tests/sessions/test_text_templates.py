"""Templates of an office: a fixed list of variables, none of which tells who asked."""

import inspect

import pytest
from django.urls import reverse

from sessions.domain import text_templates, triage
from sessions.models import Answer, Question, TextTemplate
from tests.sessions.at_the_desk import a_question
from tests.world import NOON, day

pytestmark = pytest.mark.django_db
TEXT = "Về câu hỏi {mã câu hỏi} tại {hội nghị} ngày {ngày hội nghị}: {đơn vị} trả lời trước {hạn trả lời}."


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


def template(world, *, use="answer", text=TEXT, name="Mẫu một", committee=None):
    return text_templates.make_template(committee or world.host, use=use, name=name, text=text)


@pytest.fixture
def question(world):
    found = a_question(world, level="named")
    triage.assign_question(
        found, to=world.leader, unit="Văn phòng", due_on=day(20), by=world.clerk, at=NOON
    )
    return found


def typed(**changes):
    return {"use": "answer", "name": "Mẫu một", "text": TEXT, **changes}


# --- the list -----------------------------------------------------------------------------


def test_the_office_writes_changes_retires_and_takes_up_a_template(client, world):
    client.force_login(world.clerk)
    client.post(url("template_create"), typed())
    made = TextTemplate.objects.get()

    client.post(url("template_change", made.pk), typed(text="Trân trọng.", version=1))
    client.post(url("template_retire", made.pk))
    listed = client.get(url("template_list")).content.decode()
    made.refresh_from_db()
    retired = made.is_active
    client.post(url("template_restore", made.pk))
    made.refresh_from_db()

    assert (made.text, retired, made.is_active) == ("Trân trọng.", False, True)
    assert "Mẫu một" in listed


@pytest.mark.parametrize("who", ["leader", "staff", "other_secretary", "head", "outsider"])
def test_nobody_else_keeps_them(client, world, who):
    made = template(world)
    client.force_login(world.people[who])

    for name, args in (("template_change", [made.pk]), ("template_retire", [made.pk])):
        assert client.post(url(name, *args), typed(text="x", version=1)).status_code in (403, 404)

    made.refresh_from_db()
    assert (made.text, made.is_active) == (TEXT, True)


@pytest.mark.parametrize(
    "text",
    ["Gửi {người hỏi}", "{tên}", "{asker}", "{}", "{{mã câu hỏi}}", "{mã câu hỏi", "mã câu hỏi}"],
)
def test_an_unknown_variable_is_refused_beside_the_field(client, world, text):
    client.force_login(world.clerk)

    refused = client.post(url("template_create"), typed(text=text))

    page = refused.content.decode()
    assert refused.status_code == 422
    assert 'id="error_1_id_text"' in page
    assert "{ngày hội nghị}" in page
    assert not TextTemplate.objects.exists()


def test_the_same_name_for_the_same_use_is_refused_beside_it(client, world):
    template(world)
    client.force_login(world.clerk)

    refused = client.post(url("template_create"), typed(text="Khác."))
    other_use = client.post(url("template_create"), typed(use="decline"))

    assert (refused.status_code, other_use.status_code) == (422, 302)
    assert "Khác." in refused.content.decode()


def test_changed_to_the_name_of_another_it_stays_as_it_was(world):
    template(world, name="Mẫu một")
    other = template(world, name="Mẫu hai")

    with pytest.raises(text_templates.NameTaken):
        text_templates.change_template(
            other, use="answer", name="Mẫu một", text="Khác.", version=other.version
        )

    assert TextTemplate.objects.get(pk=other.pk).name == "Mẫu hai"


def test_the_second_of_two_is_shown_both(client, world):
    made = template(world)
    client.force_login(world.clerk)
    client.post(url("template_change", made.pk), typed(text="Bản một.", version=1))

    late = client.post(url("template_change", made.pk), typed(text="Bản hai.", version=1))

    made.refresh_from_db()
    assert late.status_code == 409
    assert made.text == "Bản một."
    assert "Bản hai." in late.content.decode()


# --- filled in ----------------------------------------------------------------------------


def test_every_variable_is_filled_in(world, question):
    assert text_templates.filled(TEXT + " {lĩnh vực}; {đảng ủy}", question) == (
        f"Về câu hỏi {question.code} tại {world.conference.title} ngày {day(10):%d/%m/%Y}: "
        f"Văn phòng trả lời trước {day(20):%d/%m/%Y}. {question.theme.name}; {world.host.name}"
    )


def test_case_and_blanks_do_not_matter_and_what_is_not_known_yet_stays_open(world):
    fresh = a_question(world)

    assert text_templates.unknown_in("{ Mã  Câu Hỏi }") == []
    assert text_templates.filled("{ Mã  Câu Hỏi }, {hạn trả lời}", fresh) == "…, …"


def test_no_variable_tells_who_asked(world):
    """Of a named question too, whatever the variables are by now."""
    asked = a_question(world, level="named")
    Question.objects.filter(pk=asked.pk).update(asker_name="Tên Kín", asker_unit="Phòng Kín")
    asked.refresh_from_db()
    every = " ".join(f"{{{name}}}" for name in text_templates.VARIABLES)

    told = text_templates.filled(every, asked)

    source = inspect.getsource(text_templates)
    assert not [word for word in ("Kín", "Đỗ Minh Đức", "staff") if word in told]
    assert not [word for word in ("author", "asker_name", "asker_unit", "level") if word in source]


def test_it_is_shown_with_a_real_question_and_nothing_is_kept(client, world, question):
    client.force_login(world.clerk)

    page = client.post(url("template_create"), typed(preview="1")).content.decode()
    named = client.post(url("template_create"), typed(preview="1", shown_with=question.code))
    wrong = client.post(url("template_create"), typed(preview="1", shown_with="HN9-C999"))

    assert f"Về câu hỏi {question.code} tại" in page
    assert f"Về câu hỏi {question.code} tại" in named.content.decode()
    assert wrong.status_code == 422
    assert not TextTemplate.objects.exists()


def test_the_question_of_another_committee_shows_nothing(client, world, question):
    client.force_login(world.other_secretary)

    page = client.post(url("template_create"), typed(preview="1")).content.decode()
    foreign = client.post(url("template_create"), typed(preview="1", shown_with=question.code))

    assert question.code not in page
    assert foreign.status_code == 422


# --- added to what is typed ---------------------------------------------------------------


def test_the_leader_adds_it_to_an_answer_and_nothing_is_saved_yet(client, world, question):
    made = template(world)
    client.force_login(world.leader)

    shown = client.post(
        url("answer_write", question.pk),
        {"text": "Kính gửi.", "answered_by": "Tôi", "version": 0, "template": made.pk, "fill": "1"},
    )

    page = shown.content.decode()
    assert shown.status_code == 200
    assert f"Kính gửi.\nVề câu hỏi {question.code} tại" in page
    assert 'value="Tôi"' in page
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("act", "field", "besides"),
    [
        ("decline", "text", {"decline-code": "unclear"}),
        ("refer", "reason", {"refer-to": "Thanh tra"}),
        ("escalate", "reason", {"escalate-to": "Khối"}),
    ],
)
def test_it_is_added_to_the_reason_of_an_act(client, world, question, act, field, besides):
    made = template(world, use=act, text="Theo quy định, {mã câu hỏi}.")
    client.force_login(world.clerk)

    shown = client.post(
        url(f"question_{act}", question.pk),
        {f"{act}-{field}": "Đã gõ.", **besides, "template": made.pk, "fill": "1"},
    )

    page = shown.content.decode()
    question.refresh_from_db()
    assert shown.status_code == 200
    assert f"Đã gõ.\nTheo quy định, {question.code}." in page
    assert all(value in page for value in besides.values())
    assert question.state == "assigned"


def test_what_is_retired_foreign_or_for_another_use_is_not_found(client, world, question):
    retired = template(world, name="Cũ")
    text_templates.retire_template(retired)
    foreign = template(world, committee=world.neighbour)
    other = template(world, use="decline")
    client.force_login(world.leader)

    for pk in (retired.pk, foreign.pk, other.pk, "x", ""):
        answer = client.post(
            url("answer_write", question.pk), {"text": "A", "template": pk, "fill": "1"}
        )
        assert answer.status_code == 404, pk
    page = client.get(url("answer_write", question.pk)).content.decode()
    assert 'name="template"' not in page


def test_markup_in_a_template_is_text(client, world, question):
    made = template(world, text="<script>alert(1)</script> =1+1")
    client.force_login(world.leader)

    page = client.post(
        url("answer_write", question.pk), {"text": "", "template": made.pk, "fill": "1"}
    ).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
