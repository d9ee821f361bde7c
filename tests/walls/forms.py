"""The forms that a page shows, read as a browser would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    action: str
    method: str
    values: dict = field(default_factory=dict)
    typed: set = field(default_factory=set)  # names of the fields that take any words


WORDS = (None, "text", "search", "email", "tel", "url")


class FormReader(HTMLParser):
    """Collects the forms of one page with what stands in their fields."""

    def __init__(self, page):
        super().__init__()
        self.page, self.forms = page, []
        self.area = self.choice = None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.forms.append(
                Form(given.get("action") or self.page, given.get("method", "get").upper())
            )
        if not self.forms:
            return
        values, name = self.forms[-1].values, given.get("name")
        if tag in ("input", "button") and name:
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                values.setdefault(name, "")
            else:
                values[name] = given.get("value") or ""
                if tag == "input" and given.get("type") in WORDS:
                    self.forms[-1].typed.add(name)
        elif tag == "textarea" and name:
            self.area, values[name] = name, ""
            self.forms[-1].typed.add(name)
        elif tag == "select" and name:
            self.choice = name
            values.setdefault(name, "")
        elif tag == "option" and self.choice and ("selected" in given or not values[self.choice]):
            values[self.choice] = given.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None
        elif tag == "select":
            self.choice = None

    def handle_data(self, data):
        if self.area and self.forms:
            self.forms[-1].values[self.area] += data


def forms_of(html, page):
    """Return the forms in `html`, which was answered at the address `page`."""
    reader = FormReader(page)
    reader.feed(html)
    return reader.forms
