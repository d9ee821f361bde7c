"""Two texts of one thing side by side: every kind of field is shown as a reader expects it."""

import datetime as dt

import pytest
from django import forms
from django.utils import translation

from foundation.conflicts import differences, shown

AT = dt.datetime(2026, 6, 18, 16, 59, tzinfo=dt.UTC)


class Unit:
    """What a form offers: known by its number, read by its name."""

    def __init__(self, pk):
        self.pk = pk

    def __str__(self):
        return f"Phòng {self.pk}"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "có"),
        (False, "không"),
        (AT, "23:59 18/06/2026"),
        (dt.date(2026, 6, 18), "18/06/2026"),
        (dt.time(7, 5), "07:05"),
        ([Unit(1), Unit(2)], "Phòng 1, Phòng 2"),
        (Unit(3), "Phòng 3"),
        (12, "12"),
        ("h1", "Sáu tháng đầu năm"),
        ("khác", "khác"),
    ],
)
def test_a_value_is_shown_as_a_reader_expects_it(value, words):
    field = forms.ChoiceField(choices=[("h1", "Sáu tháng đầu năm")])

    with translation.override("vi"):
        assert shown(field, value) == words


class Sheet(forms.Form):
    place = forms.CharField(required=False, label="Địa điểm")
    held_on = forms.DateField(required=False, label="Ngày")
    units = forms.Field(required=False, label="Đơn vị")


@pytest.mark.parametrize(
    ("typed", "standing", "found"),
    [
        ({"place": ""}, {"place": None}, []),  # nothing typed, nothing stands: the same
        ({"place": "Tầng 2"}, {"place": "Tầng 3"}, [("Địa điểm", "Tầng 2", "Tầng 3")]),
        ({}, {"held_on": dt.date(2026, 6, 18)}, [("Ngày", "", "18/06/2026")]),
        ({"units": [Unit(2), Unit(1)]}, {"units": [Unit(1), Unit(2)]}, []),  # in whatever order
        ({"units": [Unit(1)]}, {"units": [Unit(2)]}, [("Đơn vị", "Phòng 1", "Phòng 2")]),
        ({"place": "Tầng 2"}, {}, []),  # what does not stand anywhere cannot differ
    ],
)
def test_only_what_differs_is_told(typed, standing, found):
    form = Sheet(typed)
    assert form.is_valid()

    told = differences(form, standing)

    assert [(one.label, one.typed, one.standing) for one in told] == found
