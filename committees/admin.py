from contextlib import suppress

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from committees.accounts import stay_signed_in
from committees.domain.committees import use_name_in_force
from committees.domain.invitations import NotToBeInvited, invite
from committees.domain.signing_out import end_sessions
from committees.models import Committee, CommitteeName, Membership, Term, User
from dialogue_portal import audit
from dialogue_portal.audit import Act
from dialogue_portal.clock import database_now, day_of
from dialogue_portal.text import fold


class Recorded:
    """What is done here is recorded as if it had been done on the portal's own pages."""

    acts = (Act.ACCOUNT_CHANGED,) * 3  # added, changed, removed

    def log_addition(self, request, obj, message):
        self._record(0, request, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        self._record(1, request, obj)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            self._record(2, request, obj)
        return super().log_deletions(request, queryset)

    def _record(self, which, request, obj, **facts):
        committee = obj if isinstance(obj, Committee) else getattr(obj, "committee", None)
        audit.record(
            self.acts[which],
            by=request.user,
            committee=committee,
            subject=obj,
            by_admin=True,
            **facts,
        )


class FewRows(admin.TabularInline):
    """Some rows below a committee; a request that claims thousands is not laid out."""

    extra = 0
    max_num = 50

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, absolute_max=self.max_num, **kwargs)


class NameInline(FewRows):
    model = CommitteeName
    min_num = 1

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, validate_min=True, **kwargs)


class TermInline(FewRows):
    model = Term


@admin.register(Committee)
class CommitteeAdmin(Recorded, admin.ModelAdmin):
    """The name of today follows from the dated names, so it is not asked for."""

    acts = (Act.COMMITTEE_CREATED, Act.COMMITTEE_CHANGED, Act.COMMITTEE_CHANGED)

    list_display = ("code", "name", "kind", "parent", "active_from", "active_until")
    list_filter = ("kind",)
    search_fields = ("code", "folded")
    list_select_related = ("parent",)
    exclude = ("name", "version")
    # Looked up, not listed: a list would show everybody to whoever opens a committee.
    autocomplete_fields = ("watch_officer",)
    inlines = [NameInline, TermInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        use_name_in_force(form.instance, on=day_of(timezone.now()))

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, fold(search_term))


@admin.register(Membership)
class MembershipAdmin(Recorded, admin.ModelAdmin):
    acts = (Act.ROLE_GIVEN, Act.ROLE_CHANGED, Act.ROLE_ENDED)

    list_display = ("user", "committee", "role", "post", "starts_on", "ends_on")
    list_filter = ("role",)
    search_fields = ("user__full_name", "committee__folded")
    autocomplete_fields = ("user", "committee")
    list_select_related = ("user", "committee")

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        end_sessions(obj.user)
        stay_signed_in(request)

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        end_sessions(obj.user_id)

    def delete_queryset(self, request, queryset):
        people = list(queryset.values_list("user_id", flat=True))
        super().delete_queryset(request, queryset)
        end_sessions(*people)


@admin.register(User)
class PersonAdmin(Recorded, UserAdmin):
    """People without their passwords: those are set by the people themselves, invited by link."""

    list_display = ("username", "full_name", "email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("username", "full_name", "email")
    ordering = ("username",)
    filter_horizontal = ()

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            with suppress(NotToBeInvited):
                invite(obj, by=request.user, at=database_now())
        elif {"is_active", "is_staff", "is_superuser"} & set(form.changed_data):
            end_sessions(obj)
            stay_signed_in(request)

    def user_change_password(self, request, id, form_url=""):
        """Nobody sets somebody else's password: people are invited."""
        raise PermissionDenied

    fieldsets = (
        (None, {"fields": ("username",)}),
        (None, {"fields": ("full_name", "email", "phone")}),
        (None, {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_form = forms.modelform_factory(User, fields=("username", "full_name", "email"))
    add_fieldsets = ((None, {"fields": ("username", "full_name", "email")}),)
