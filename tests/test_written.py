"""Days, hours and numbers are written in one place: `foundation.clock`, and for documents
`reports.documents.formatting`. Elsewhere a moment could be written in the time of Greenwich."""

import ast
import datetime as dt
import re

import pytest
from django.conf import settings
from django.template import Context, Template

from foundation import clock
from tests.test_architecture import MODULES

WRITERS = {"foundation.clock", "reports.documents.formatting"}
READERS = {"foundation.fields", "foundation.formats.vi.formats"}  # how what is typed is read
# For machines: names of files, keys, hidden fields, and the moment of a Word file.
FOR_MACHINES = re.compile(r"%Y%m%d|%Y%m%d-%H%M%S|%Y-%m-%dT%H:%M:%SZ")
OF_TIMES = re.compile(r"%[aAbBcdHIjmMpSUwWxXyYZ]")
IN_TEMPLATES = re.compile(
    r"\|(?!date:'Y-m-d')(?:date|time|intcomma|floatformat|localize|unlocalize|naturalday|naturaltime)\b|\{% now\b"
)
EVENING = dt.datetime(2026, 6, 24, 16, 59, 58, tzinfo=dt.UTC)  # a minute to midnight, here


def written_elsewhere(text):
    """Return the forms of dates and numbers that a module's text writes by itself."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            form = "".join(
                part.value for part in node.format_spec.values if isinstance(part, ast.Constant)
            )
            found += [form] if OF_TIMES.search(form) or form.startswith(",") else []
        elif isinstance(node, ast.ImportFrom) and node.module == "django.template.defaultfilters":
            found += [one.name for one in node.names if one.name in ("date", "time")]
        elif isinstance(node, ast.Attribute) and node.attr in ("strftime", "isoweekday"):
            found.append(node.attr)
    return [form for form in found if not FOR_MACHINES.fullmatch(form)]


def test_no_module_writes_days_and_numbers_by_itself():
    found = {
        name: forms
        for name, path in MODULES.items()
        if name not in WRITERS | READERS
        and (forms := written_elsewhere(path.read_text(encoding="utf-8")))
    }

    assert found == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('f"{day:%d/%m/%Y}"', ["%d/%m/%Y"]),
        ('day.strftime("%d/%m")', ["strftime"]),
        ("from django.template.defaultfilters import date, slugify", ["date"]),
        ('f"{at:%H giờ %M} und {n:,}"', ["%H giờ %M", ","]),
        ('f"{at:%Y%m%d}.zip {n:02d} {x:.1f}"', []),
    ],
)
def test_each_form_that_is_written_elsewhere_is_seen(text, found):
    assert written_elsewhere(text) == found


def test_templates_write_days_by_the_filters_of_the_portal():
    """`|day`, `|hour`, `|moment`; numbers are written as the language does by themselves."""
    found = [
        f"{path.name}: {word}"
        for path in sorted((settings.BASE_DIR / "templates").rglob("*"))
        if path.suffix in (".html", ".txt")
        for word in IN_TEMPLATES.findall(path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize("tag", ['{{ a|date:"d/m" }}', "{{ a|time }}", "{% now 'Y' %}"])
def test_each_other_form_in_a_template_is_seen(tag):
    assert IN_TEMPLATES.search(tag)


@pytest.mark.parametrize(
    ("write", "text"),
    [
        (clock.written_day, "24/06/2026"),
        (clock.day_and_month, "24/06"),
        (clock.written_month, "06/2026"),
        (clock.written_hour, "23:59"),
        (clock.hour_to_the_second, "23:59:58"),
        (clock.written_moment, "23:59 24/06/2026"),
        (clock.moment_to_the_second, "23:59:58 24/06/2026"),
    ],
)
def test_a_moment_is_written_in_the_time_of_the_place(write, text):
    assert write(EVENING) == text
    assert write(None) == ""


def test_a_time_of_day_is_written_as_it_is():
    assert clock.written_hour(dt.time(8, 5)) == "08:05"
    assert clock.written_day(dt.date(2026, 6, 5)) == "05/06/2026"


def test_what_was_typed_and_is_no_hour_is_written_as_nothing():
    """So that a field can show instead what was typed."""
    template = Template("{% load portal %}{{ a|hour|default:a }} {{ b|hour|default:b }}")

    assert template.render(Context({"a": "acht", "b": dt.time(8)})) == "acht 08:00"
