"""Fields of forms for what people write. Nothing is cut: what is too long is said and kept."""

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy, ngettext_lazy

from dialogue_portal.text import clean, length

TOO_LONG = gettext_lazy("Too long by {number} characters; nothing has been cut.")


class Longest(MaxLengthValidator):
    """Counts as a reader does, and says by how much a text is too long."""

    message = ngettext_lazy(
        "This is too long: %(show_value)d characters, at most %(limit_value)d may stand here. "
        "Nothing has been cut; please shorten it.",
        "This is too long: %(show_value)d characters, at most %(limit_value)d may stand here. "
        "Nothing has been cut; please shorten it.",
        "limit_value",
    )

    def clean(self, value):
        return length(value)


class WrittenField(forms.CharField):
    """Text in precomposed letters. The browser counts and says, but never cuts what is pasted."""

    def __init__(self, *, max_length=None, **kwargs):
        super().__init__(strip=False, **kwargs)
        self.longest, self.too_long = max_length, TOO_LONG
        if max_length is not None:
            self.validators.append(Longest(max_length))
            self.widget.attrs["data-longest"] = max_length
            self.widget.attrs["data-too-long"] = TOO_LONG


class LineField(WrittenField):
    """One line of text."""

    def to_python(self, value):
        return " ".join(clean(super().to_python(value)).split())


class TextField(WrittenField):
    """Several lines of text, in the shape in which they were typed."""

    widget = forms.Textarea

    def __init__(self, *, rows=4, max_length=5_000, **kwargs):
        super().__init__(max_length=max_length, **kwargs)
        self.widget.attrs.setdefault("rows", rows)

    def to_python(self, value):
        return clean(super().to_python(value))
