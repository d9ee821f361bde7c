"""Forms of a conference's papers; they only validate, the domain acts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.fields import DayField, LineField, TextField, VersionField
from reports.domain.papers.letters import sort_of, words_of
from reports.domain.papers.people import MOST, people_in
from reports.models import Paper

LONG = 5_000
BY_ORDER = {Paper.Capacity.BY_ORDER: Paper.Post.OFFICE}
SIGNING = ("signer", "sign_capacity", "sign_post")


class PaperForm(forms.Form):
    """The places of a paper for the office's own words, and who signs."""

    signer = LineField(
        label=_("Signer"), max_length=120, help_text=_("Full name, without titles or ranks.")
    )
    sign_capacity = forms.ChoiceField(label=_("Signing capacity"), choices=Paper.Capacity)
    sign_post = forms.ChoiceField(label=_("Post of the signer"), choices=Paper.Post)
    version = VersionField()

    def __init__(self, *args, paper, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = [place.key for place in sort_of(paper).places]
        for place in sort_of(paper).places:
            self.fields[place.key] = TextField(
                label=place.label, rows=place.rows, max_length=LONG, required=False
            )

    @property
    def place_fields(self):
        return [self[name] for name in self.places]

    @property
    def signing_fields(self):
        return [self[name] for name in SIGNING]

    @property
    def texts(self):
        return {name: self.cleaned_data[name] for name in self.places}

    @property
    def signing(self):
        return {name: self.cleaned_data[name] for name in SIGNING}

    def clean(self):
        data = super().clean() or {}
        is_by_order = data.get("sign_capacity") == Paper.Capacity.BY_ORDER
        is_of_the_office = data.get("sign_post") == Paper.Post.OFFICE
        if is_by_order != is_of_the_office:
            self.add_error("sign_post", _("T/L goes with CHÁNH VĂN PHÒNG, and with no other post."))
        return data


def standing(paper):
    """Return what stands in the fields of the form."""
    signing = {name: getattr(paper, name) for name in SIGNING}
    return {**words_of(paper), **signing, "version": paper.version}


class IssueForm(forms.Form):
    """Under which number the paper is issued; `seen` is the draft that was looked at."""

    number = forms.IntegerField(
        label=_("Number"),
        min_value=1,
        max_value=99_999,
        required=False,
        help_text=_(
            "Left blank, it gets the next number. Enter one if the office's register says so."
        ),
    )
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class PublishForm(forms.Form):
    """On which day and how the notice was made public."""

    on = DayField(label=_("Notice published on"))
    channels = LineField(label=_("How the notice was published"), max_length=300, required=False)
    version = VersionField()

    def __init__(self, *args, today, issued_on=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, self.issued_on = today, issued_on

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        if self.issued_on and on < self.issued_on:
            raise forms.ValidationError(_("The notice was not issued yet on this day."))
        return on


class PeopleForm(forms.Form):
    """A list of people for printing; it is kept nowhere."""

    people = TextField(
        label=_("People, one a line: name; post; unit"),
        rows=10,
        max_length=60_000,
        required=False,
        help_text=_("Rows copied from a spreadsheet will do. The list is used for printing alone."),
    )

    def __init__(self, *args, most=MOST, **kwargs):
        super().__init__(*args, **kwargs)
        self.most = most

    def clean_people(self):
        people = people_in(self.cleaned_data["people"])
        if len(people) > self.most:
            raise forms.ValidationError(
                _("At most %(most)d people in one file; print the rest in another.")
                % {"most": self.most}
            )
        return people
