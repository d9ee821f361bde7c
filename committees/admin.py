from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from committees.models import Committee, CommitteeName, Membership, Term, User


class NameInline(admin.TabularInline):
    model = CommitteeName
    extra = 0


class TermInline(admin.TabularInline):
    model = Term
    extra = 0


@admin.register(Committee)
class CommitteeAdmin(admin.ModelAdmin):
    list_display = ("code", "name", "kind", "parent", "active_from", "active_until")
    list_filter = ("kind",)
    search_fields = ("code", "folded")
    list_select_related = ("parent",)
    inlines = [NameInline, TermInline]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ("user", "committee", "role", "post", "starts_on", "ends_on")
    list_filter = ("role",)
    search_fields = ("user__full_name", "committee__folded")
    autocomplete_fields = ("user", "committee")
    list_select_related = ("user", "committee")


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ("username", "full_name", "email", "is_active", "is_staff")
    search_fields = ("username", "full_name", "email")
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (None, {"fields": ("full_name", "email", "phone")}),
        (None, {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    "full_name",
                    "email",
                    "usable_password",
                    "password1",
                    "password2",
                )
            },
        ),
    )
