"""Every form of ours, found and sent in both languages: 05/06/2026 is the fifth of June in each."""

import datetime as dt
import inspect
import uuid

import pytest
from django import forms
from django.contrib import admin
from django.forms.forms import BaseForm
from django.http import QueryDict
from django.urls import get_resolver
from django.utils import translation

from committees.models import Committee, Role, User
from dialogue_portal.settings import LANGUAGES
from foundation.fields import DayField, LineField, MomentField, TextField, TimeField, VersionField
from reports.models import Paper
from sessions.models import Attachment, Question
from tests.house import PACKAGES
from tests.world import NOON, TODAY

BARE = (forms.DateField, forms.DateTimeField, forms.TimeField, forms.SplitDateTimeField)
READ = {
    DayField: ("05/06/2026", dt.date(2026, 6, 5)),
    MomentField: ("05/06/2026 08:30", NOON.replace(day=5, hour=8, minute=30)),
    TimeField: ("8h30", dt.time(8, 30)),
}
KEY = uuid.UUID(int=7)


def every_form():
    """Return the form classes that any page of the portal or of the anonymous host can show."""
    for urls in ("dialogue_portal.urls", "sessions.anonymous_urls"):
        assert get_resolver(urls).url_patterns  # which imports the views, and these their forms
    found, looking = set(), [BaseForm]
    while looking:
        for one in looking.pop().__subclasses__():
            looking.append(one)
            if one.__module__.split(".")[0] in PACKAGES:
                found.add(one)
    return sorted(found, key=lambda one: (one.__module__, one.__qualname__))


# Those of signing in, which a library builds around a request: passwords, codes and passkeys.
OF_ACCOUNTS = "committees.accounts.forms"
FORMS = every_form()
SENT = [form for form in FORMS if form.__module__ != OF_ACCOUNTS]


def what_it_asks_for(form, world):
    """Return the arguments that the class of a form demands beyond Django's own."""
    known = {
        "at": NOON,
        "can_assign": True,
        "attachments": Attachment.objects.all(),
        "committee": world.host,
        "conference": world.conference,
        "questions": Question.objects.none(),
        "question": Question(
            committee=world.host, conference=world.conference, original_text="Xin hỏi"
        ),
        "paper": Paper(conference=world.conference, kind="plan"),
        "parents": Committee.objects.all(),
        "report": None,
        "people": User.objects.all(),
        "roles": list(Role),
        "starts_on": dt.date(2020, 1, 1),
        "today": TODAY,
        "user": world.secretary,
    }
    demanded = set()
    for one in form.__mro__:
        if "__init__" not in vars(one):
            continue
        asked = inspect.signature(one.__init__).parameters.values()
        demanded |= {
            what.name
            for what in asked
            if what.kind is what.KEYWORD_ONLY and what.default is what.empty
        }
        if not any(what.kind is what.VAR_KEYWORD for what in asked):
            break  # what the classes below it ask for it gives them itself
    return {name: known[name] for name in demanded}


def typed_into(field):
    for kind, (typed, _) in READ.items():
        if isinstance(field, kind):
            return typed
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return [str(value) for value, _ in field.choices][:2]
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return next((str(value) for value, _ in field.choices if value != ""), "")
    if isinstance(field, forms.BooleanField):
        return "on"
    if isinstance(field, forms.IntegerField):
        return str(max(12, field.min_value or 0))
    if isinstance(field, forms.EmailField):
        return "nguoi.moi@don-vi.example"
    if isinstance(field, forms.UUIDField):
        return str(KEY)
    if isinstance(field, forms.SlugField):
        return "don-vi-moi"
    if isinstance(field, forms.FileField):
        return ""
    return "Hạn 05/06/2026, 1.250 người"[: field.max_length or 80]


def posted(form):
    data = QueryDict(mutable=True)
    for name, field in form.fields.items():
        value = typed_into(field)
        data.setlist(form.add_prefix(name), value if isinstance(value, list) else [value])
    return data


def sent(form, arguments, language):
    with translation.override(language):
        built = form(posted(form(**arguments)), **arguments)
        wrong = {name: [e.code for e in built.errors.as_data()[name]] for name in built.errors}
        return built, wrong


def comparable(value):
    return list(value) if hasattr(value, "model") and hasattr(value, "all") else value


def test_the_walk_finds_the_forms():
    assert {"ExtensionForm", "DueDateForm", "NotHeldForm", "AnonymousForm", "MemberForm"} <= {
        one.__name__ for one in SENT
    }


@pytest.mark.parametrize("form", FORMS, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_no_form_has_a_bare_date(form):
    """Django's own fields take 05/06/2026 for the sixth of May in English."""
    bare = [
        name
        for name, field in form.base_fields.items()
        if isinstance(field, BARE) and not isinstance(field, tuple(READ))
    ]

    assert bare == []


@pytest.mark.parametrize("form", SENT, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_what_people_type_goes_through_the_fields_of_the_house(form):
    """Django's own fields of text cut letters in two and say nothing of them; kinds of their own
    and fields that no person types may be anything."""
    wrong = [
        name
        for name, field in form.base_fields.items()
        if (type(field) is forms.CharField and not field.widget.is_hidden)
        or (isinstance(field.widget, forms.Textarea) and not isinstance(field, TextField))
        or (name == "version" and not isinstance(field, VersionField))
    ]

    assert wrong == []


def test_a_bare_field_of_text_is_seen():
    class Bare(forms.Form):
        line = forms.CharField()
        text = forms.CharField(widget=forms.Textarea)
        version = forms.IntegerField()
        good = LineField(max_length=10)

    with pytest.raises(AssertionError, match=r"line.*text.*version"):
        test_what_people_type_goes_through_the_fields_of_the_house(Bare)


@pytest.mark.django_db
def test_no_form_of_the_administration_reads_a_date(rf, world):
    request = rf.get("/")
    request.user = world.secretary

    fields = {
        f"{model.__name__}.{name}": field
        for model, one in admin.site._registry.items()
        for name, field in one.get_form(request).base_fields.items()
    }

    assert fields
    assert [name for name, field in fields.items() if isinstance(field, BARE)] == []


@pytest.mark.parametrize("form", SENT, ids=lambda one: f"{one.__module__}.{one.__name__}")
@pytest.mark.django_db
def test_a_form_reads_the_same_in_both_languages(form, world):
    arguments = what_it_asks_for(form, world)

    answers = [sent(form, arguments, language) for language, _ in LANGUAGES]

    (vi, wrong_vi), (en, wrong_en) = answers
    assert wrong_vi == wrong_en
    assert {name: comparable(value) for name, value in vi.cleaned_data.items()} == {
        name: comparable(value) for name, value in en.cleaned_data.items()
    }


@pytest.mark.parametrize("language", [code for code, _ in LANGUAGES])
@pytest.mark.parametrize("form", SENT, ids=lambda one: f"{one.__module__}.{one.__name__}")
@pytest.mark.django_db
def test_dates_are_read_and_shown_day_first(form, language, world):
    with translation.override(language):
        built = form(**what_it_asks_for(form, world))
        dated = {
            name: field for name, field in built.fields.items() if isinstance(field, (*READ, *BARE))
        }

        assert [name for name, field in dated.items() if not isinstance(field, tuple(READ))] == []
        for field in dated.values():
            typed, meant = READ[type(field)]
            assert field.clean(typed) == meant
            shown = field.widget.format_value(field.prepare_value(meant))
            assert shown == ("08:30" if isinstance(field, TimeField) else typed)


@pytest.mark.parametrize(
    "typed", ["31/02/2026", "05/13/2026", "5 tháng 6", "05/06/26", "05/06/1826"]
)
@pytest.mark.parametrize("language", [code for code, _ in LANGUAGES])
def test_a_date_that_is_none_is_refused_in_every_language(typed, language):
    with translation.override(language), pytest.raises(forms.ValidationError):
        DayField().clean(typed)


@pytest.mark.parametrize(
    "typed", ["5/6/2026", "05-06-2026", "5.6.2026", "2026-06-05", " 05/06/2026\u200b"]
)
@pytest.mark.parametrize("language", [code for code, _ in LANGUAGES])
def test_a_date_is_taken_as_people_write_it(typed, language):
    with translation.override(language):
        assert DayField().clean(typed) == TODAY.replace(day=5)
