"""Fields of forms for what people write. Nothing is cut: what is too long is said and kept.

A text in the letters of an old font is shown as it would read in Unicode, and its writer chooses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy, ngettext_lazy

from foundation.old_letters import alphabet_of, converted
from foundation.text import clean, length

if TYPE_CHECKING:
    from django.utils.safestring import SafeString


TOO_LONG = gettext_lazy("Too long by {number} characters; nothing has been cut.")
OLD_LETTERS = gettext_lazy("This is written in the letters of an old font: choose how to keep it.")
CONVERT, KEEP = "convert", "keep"


class AsTyped(str):
    """A text whose writer wants it kept as it is, whatever its letters look like."""

    __slots__ = ()


class Offering(forms.Widget):
    """A widget that shows how a text in old letters would read, with the choice beside it."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        text = super().value_from_datadict(data, files, name)
        chosen = data.get(f"{name}-letters") if isinstance(text, str) else None
        if chosen == CONVERT:
            return converted(text)
        return AsTyped(text) if chosen == KEEP else text

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        drawn = super().render(name, value, attrs, renderer)
        alphabet = alphabet_of(value) if isinstance(value, str) else ""
        if not alphabet:
            return drawn
        offer = {
            "name": f"{name}-letters",
            "alphabet": alphabet,
            "converted": converted(value),
            "is_kept": isinstance(value, AsTyped),
        }
        return drawn + render_to_string("_old_letters.html", offer)


class WrittenLine(Offering, forms.TextInput):
    pass


class WrittenText(Offering, forms.Textarea):
    pass


class Longest(MaxLengthValidator):
    """Counts as a reader does, and says by how much a text is too long."""

    message = ngettext_lazy(
        "This is too long: %(show_value)d characters, at most %(limit_value)d may stand here. "
        "Nothing has been cut; please shorten it.",
        "This is too long: %(show_value)d characters, at most %(limit_value)d may stand here. "
        "Nothing has been cut; please shorten it.",
        "limit_value",
    )

    def clean(self, value: Any) -> int:
        return length(value)


class Uncut(forms.Field):
    """A field of Django's whose browser takes all that is pasted, so that it can be refused."""

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class EmailField(Uncut, forms.EmailField):
    pass


class SlugField(Uncut, forms.SlugField):
    pass


class CodeField(Uncut, forms.CharField):
    """A code as people paste it: with blanks, dashes, and what stood around it."""


class WrittenField(forms.CharField):
    """Text in precomposed letters. The browser counts and says, but never cuts what is pasted."""

    widget: type[forms.Widget] = WrittenLine

    def __init__(
        self,
        *,
        max_length: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(strip=False, **kwargs)
        self.longest, self.too_long = max_length, TOO_LONG
        if max_length is not None:
            self.validators.append(Longest(max_length))
            self.widget.attrs["data-longest"] = max_length
            self.widget.attrs["data-too-long"] = TOO_LONG

    def clean(self, value: Any) -> Any:
        if isinstance(value, str) and not isinstance(value, AsTyped) and alphabet_of(value):
            raise ValidationError(OLD_LETTERS, code="old_letters")
        return super().clean(value)


class LineField(WrittenField):
    """One line of text."""

    def to_python(self, value: Any) -> str:
        return " ".join(clean(super().to_python(value) or "").split())


class TextField(WrittenField):
    """Several lines of text, in the shape in which they were typed."""

    widget = WrittenText

    def __init__(
        self,
        *,
        rows: int = 4,
        max_length: int | None = 5_000,
        **kwargs: Any,
    ) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.widget.attrs["rows"] = rows  # Django's own widget brings ten along

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")
