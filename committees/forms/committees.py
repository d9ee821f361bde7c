"""Forms that only validate; the views hand what they clean to the domain."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committees.domain.committees import RESERVED_CODES, in_capitals
from committees.models import Committee, Membership, Role, User
from committees.standing_in import LED_BY
from foundation.fields import LIFETIMES, DayField, LineField, TextField, VersionField
from foundation.intake import SentFileField
from foundation.textfields import EmailField, SlugField


class SecondEmail(EmailField):
    """Another address of the office."""

    def __init__(self):
        super().__init__(
            label=_("Second e-mail"),
            max_length=254,
            required=False,
            help_text=_("Used as well, so that one full or broken mailbox hides nothing."),
        )


class NameForm(forms.Form):
    """What a committee is called in its documents from a day on."""

    name = LineField(label=_("Name"), max_length=200)
    header_name = LineField(
        label=_("Name in the document header"),
        max_length=200,
        required=False,
        help_text=_("Empty: the name in capitals."),
    )
    organisation_name = LineField(
        label=_("Name as a superior"),
        max_length=200,
        required=False,
        help_text=_("As the documents of those below bear it: ĐẢNG BỘ …"),
    )
    symbol = LineField(label=_("Document symbol"), max_length=20, initial="ĐU")
    place = LineField(label=_("Place"), max_length=80, initial="Hà Nội")

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("header_name") and "header_name" not in self.errors:
            cleaned["header_name"] = in_capitals(cleaned.get("name", ""))
        return cleaned


class RenameForm(NameForm):
    valid_from = DayField(years=LIFETIMES, label=_("Valid from"))
    decision = LineField(label=_("Decision"), max_length=200, required=False)


class CommitteeForm(NameForm):
    """A new committee."""

    code = SlugField(label=_("Code"), max_length=30)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            choice
            for choice in Committee.Kind.choices
            if choice[0] in ("above_base", "base", "cell")
        ],
    )
    parent = forms.ModelChoiceField(queryset=None, label=_("Superior"), empty_label=None)
    party_members = forms.IntegerField(
        label=_("Number of Party members"), min_value=0, max_value=1_000_000, required=False
    )
    email = EmailField(label=_("E-mail of the office"), max_length=254, required=False)
    second_email = SecondEmail()
    active_from = DayField(years=LIFETIMES, label=_("Active from"), initial=timezone.localdate)
    field_order = ("code", "kind", "parent", "name")

    def __init__(self, *args, parents, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents

    def clean_code(self):
        code = self.cleaned_data["code"]
        if code.lower() in RESERVED_CODES:
            raise forms.ValidationError(_("The portal needs this word for itself."))
        if Committee.objects.filter(code__iexact=code).exists():
            raise forms.ValidationError(_("Another committee has this code."))
        return code


class ChangeForm(forms.Form):
    """What changes without a history."""

    party_members = forms.IntegerField(
        label=_("Number of Party members"), min_value=0, max_value=1_000_000, required=False
    )
    email = EmailField(label=_("E-mail of the office"), max_length=254, required=False)
    second_email = SecondEmail()
    watch_officer = forms.ModelChoiceField(
        queryset=None,
        label=_("Person to turn to"),
        required=False,
        empty_label=_("the head of the Board"),
        help_text=_("Is told by name when a date is about to be missed."),
    )
    position = forms.IntegerField(
        label=_("Position in lists"), min_value=0, max_value=100_000, initial=0
    )
    version = VersionField(min_value=0)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["watch_officer"].queryset = people


class CloseForm(forms.Form):
    """The last day of a committee; one that was closed may go on."""

    active_until = DayField(years=LIFETIMES, label=_("Active until"))
    successor = forms.ModelChoiceField(
        Committee.objects.none(),
        label=_("Successor"),
        required=False,
        empty_label=_("none: it ends without a successor"),
        help_text=_(
            "Where it is merged: answers and commitments still open are handed over there."
        ),
    )

    def __init__(self, *args, committee, **kwargs):
        super().__init__(*args, **kwargs)
        self.active_from = committee.active_from
        self.fields["successor"].queryset = Committee.objects.filter(
            kind__in=Committee.REPORTING_KINDS
        ).exclude(pk=committee.pk)
        field = self.fields["active_until"]
        field.help_text = _("The last day on which it owes a conference and a report.")
        if committee.active_until:
            field.required = False
            field.help_text = _("Empty: the committee goes on.")

    def clean_active_until(self):
        until = self.cleaned_data["active_until"]
        if until and until < self.active_from:
            raise forms.ValidationError(_("The last day lies before the first."))
        return until

    def clean(self):
        heir, until = self.cleaned_data.get("successor"), self.cleaned_data.get("active_until")
        if heir and heir.active_until and (until is None or heir.active_until <= until):
            self.add_error("successor", _("This committee ends no later itself; name another."))
        return self.cleaned_data


class TermForm(forms.Form):
    name = LineField(label=_("Term of office"), max_length=40, help_text="2025-2030")
    starts_on = DayField(years=LIFETIMES, label=_("Starts on"))


class MemberForm(forms.Form):
    """A person and a role; whoever is new gets an account."""

    full_name = LineField(label=_("Full name"), max_length=150)
    email = EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Whoever has an account already is found by it and keeps the account."),
    )
    phone = LineField(label=_("Phone"), max_length=30, required=False)
    role = forms.ChoiceField(label=_("Role"))
    post = LineField(label=_("Post"), max_length=120, required=False)
    unit = LineField(label=_("Unit"), max_length=120, required=False)
    starts_on = DayField(years=LIFETIMES, label=_("From"), initial=timezone.localdate)
    ends_on = DayField(years=LIFETIMES, label=_("Until"), required=False)

    def __init__(self, *args, roles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]

    def clean(self):
        cleaned = super().clean()
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day lies before the first."))
        if "role" in cleaned:
            cleaned["role"] = Role(cleaned["role"])
        return cleaned


class MembershipForm(forms.Form):
    """What a person with a role is called there, and until when."""

    post = LineField(label=_("Post"), max_length=120, required=False)
    unit = LineField(label=_("Unit"), max_length=120, required=False)
    ends_on = DayField(years=LIFETIMES, label=_("Until"), required=False)
    version = VersionField(min_value=0)

    def __init__(self, *args, starts_on, **kwargs):
        super().__init__(*args, **kwargs)
        self.starts_on = starts_on

    def clean_ends_on(self):
        ends = self.cleaned_data["ends_on"]
        if ends and ends < self.starts_on:
            raise forms.ValidationError(_("The last day lies before the first."))
        return ends


class DeputyForm(forms.Form):
    """Who answers in whose place, on which days, and why."""

    leader = forms.ModelChoiceField(
        User.objects.none(), label=_("Leader who is represented"), empty_label="—"
    )
    deputy = forms.ModelChoiceField(
        User.objects.none(), label=_("Who answers in that place"), empty_label="—"
    )
    starts_on = DayField(label=_("From"), initial=timezone.localdate)
    ends_on = DayField(label=_("Until"))
    reason = TextField(label=_("Reason"), max_length=500, rows=2)

    def __init__(self, *args, committee, **kwargs):
        super().__init__(*args, **kwargs)
        here = Membership.objects.active().filter(committee=committee)
        people = User.objects.order_by("name_order", "pk")
        leading = here.with_role(*LED_BY)
        self.fields["leader"].queryset = people.filter(pk__in=leading.values("user"))
        self.fields["deputy"].queryset = people.filter(pk__in=here.values("user"))


class EndForm(forms.Form):
    """Ending a role as it was looked at."""

    version = VersionField(min_value=0)


class UploadForm(forms.Form):
    file = SentFileField(
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        label=_("Excel file (.xlsx)"),
        help_text=_(
            "At most 5 MB and 5,000 rows. Nothing is changed before you have seen what would change."
        ),
    )
