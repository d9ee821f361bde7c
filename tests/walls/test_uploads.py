"""Every field for files: what the door refuses is said beside it, and nothing is kept."""

import importlib
import pkgutil

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from committees.models import ImportDraft
from foundation import intake, scanner
from foundation.intake import SentFileField
from sessions.models import Attachment, Question
from tests.house import PACKAGES
from tests.world import NOON

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


def every_form():
    for package in map(importlib.import_module, PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name and "_child" not in module.name:
                importlib.import_module(module.name)
    found, seen = [forms.BaseForm], set()
    while found:
        form = found.pop()
        found.extend(form.__subclasses__())
        if form.__module__.partition(".")[0] in PACKAGES:
            seen.add(form)
    return seen


def test_no_field_for_files_has_a_door_of_its_own():
    fields = {
        f"{form.__name__}.{name}": field
        for form in every_form()
        for name, field in form.base_fields.items()
        if isinstance(field, forms.FileField)
    }

    assert {"AskForm.files", "AnswerForm.files", "SignedCopyForm.file", "UploadForm.file"} < set(
        fields
    )
    assert [name for name, field in fields.items() if not isinstance(field, SentFileField)] == []


def ask(world, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    client = Client()
    client.force_login(world.staff)
    return client.post(
        f"/conferences/{world.conference.pk}/ask/",
        {
            "text": "Xem tệp kèm theo.",
            "theme": world.themes[0].pk,
            "kind": "opinion",
            "level": "confidential",
            "form_key": "5b0d9a4e-7a52-4f0e-9d0c-0d4c5b1b7a11",
            "files": [SimpleUploadedFile("a.png", PNG)],
        },
    )


def import_people(world, monkeypatch):
    client = Client()
    client.force_login(world.clerk)
    file = SimpleUploadedFile("nhan-su.csv", "Họ và tên;Email\nA;a@example.vn".encode())
    return client.post("/import/people/", {"file": file})


def finds(monkeypatch, settings):
    monkeypatch.setattr(scanner, "look_at", lambda content: "found" if content else "clean")


def is_dead(monkeypatch, settings):
    monkeypatch.setattr(scanner, "look_at", lambda content: "unknown")


def is_full(monkeypatch, settings):
    settings.INTAKE = {"places": 0, "seconds": 0, "own_seconds": 0}


@pytest.mark.django_db
@pytest.mark.parametrize("send", [ask, import_people])
@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (finds, "phần mềm quét vi-rút phát hiện"),
        (is_dead, "chưa quét vi-rút được"),
        (is_full, "Đang có nhiều tệp được kiểm tra"),
    ],
)
def test_what_the_door_refuses_is_said_beside_the_field(
    world, monkeypatch, settings, send, happens, said
):
    happens(monkeypatch, settings)

    answer = send(world, monkeypatch)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "invalid-feedback" in page
    assert send is not ask or "Xem tệp kèm theo." in page
    assert not Question.objects.exists()
    assert not Attachment.objects.exists()
    assert not ImportDraft.objects.exists()


@pytest.mark.django_db
def test_whose_file_it_is_the_door_is_told_by_the_request(world, monkeypatch, settings):
    """While one form of a person is at the door, another of the same person waits, and of nobody else."""
    settings.INTAKE = {"places": 2, "seconds": 0, "own_seconds": 0}
    token = intake.sender.set(lambda: world.staff.pk)
    with intake.place():
        intake.sender.reset(token)
        mine = ask(world, monkeypatch)
        others = import_people(world, monkeypatch)

    assert mine.status_code == 422
    assert "Một tệp khác của đồng chí" in mine.content.decode()
    assert "Một tệp khác của đồng chí" not in others.content.decode()
