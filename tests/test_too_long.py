"""No form cuts what is typed: too much is refused beside the field, which keeps all of it."""

import re
from html import unescape

import pytest
from django import forms

from foundation.fields import DayField, MomentField, TimeField
from foundation.textfields import TextField, WrittenField
from tests.test_architecture import ROOT
from tests.test_forms import FORMS, SENT, posted, what_it_asks_for

NO_TEXT = (DayField, MomentField, TimeField, forms.ChoiceField, forms.ModelChoiceField,
           forms.FileField, forms.BooleanField, forms.IntegerField, forms.UUIDField)  # fmt: skip
WITHOUT_TEXT = (
    *("CloseForm", "CommitmentFilesForm", "CommitmentFilter", "DatesForm", "EndForm", "FilesForm"),
    *("MoreFilesForm", "RescheduleForm", "SignedCopyForm", "SlipsForm", "ThemeAndKind"),
    *(
        "UploadForm",
        "ActForm",
        "LimitForm",
        "PlaceForm",
        "ShowForm",
        "MergeForm",
        "SeatsForm",
        "SpeakForm",
        "TickForm",
        "TickedForm",
        "RemindForm",
        "UndoForm",
    ),
    *("ReadForm", "SignedForm"),
)


def written(form):
    return {
        name: field
        for name, field in form.fields.items()
        if isinstance(field, forms.CharField) and not isinstance(field, NO_TEXT)
    }


def every(form):
    return pytest.mark.parametrize("form", form, ids=lambda one: f"{one.__module__}.{one.__name__}")


@every(FORMS)
def test_no_field_cuts_what_is_pasted(form):
    cutting = [
        name
        for name, field in form.base_fields.items()
        if "maxlength" in {**field.widget.attrs, **field.widget_attrs(field.widget)}
    ]

    assert cutting == []


@every(SENT)
@pytest.mark.django_db
def test_too_long_a_text_is_refused_beside_its_field_and_kept(form, world):
    arguments = what_it_asks_for(form, world)
    fields = written(form(**arguments))
    assert fields or form.__name__ in WITHOUT_TEXT
    for name, field in fields.items():
        longest = field.longest if isinstance(field, WrittenField) else field.max_length
        assert longest, f"{name} takes any length"
        typed = ("Dài quá " * (longest // 8 + 1))[:longest] + "ệ"
        empty = form(**arguments)
        data = posted(empty)
        data[empty.add_prefix(name)] = typed

        built = form(data, **arguments)

        assert name in built.errors
        kept = unescape(str(built[name]))
        assert typed in kept, name


def test_no_template_cuts_what_is_typed():
    cutting = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if re.search(r"\bmaxlength=", path.read_text(encoding="utf-8"))
    ]

    assert cutting == []


def test_a_text_area_has_the_rows_that_its_form_asks_for():
    """Ten, which Django's own has, push what is to be done below the first screen of a phone."""
    assert 'rows="3"' in TextField(rows=3).widget.render("text", "")
