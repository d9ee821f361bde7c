"""What no page of the portal does: look up an account, correct its name, shut it.

Committees, names, terms and roles have pages of their own; administrators are made at the console.
"""

from django.contrib import admin

from committees.domain.signing_out import end_sessions
from committees.models import User
from foundation import audit
from foundation.audit import Act


@admin.register(User)
class PersonAdmin(admin.ModelAdmin):
    """An account is not made, removed or given rights here, and its address is its owner's."""

    list_display = ("username", "full_name", "email", "is_active", "is_superuser")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("username", "full_name", "email")
    ordering = ("username",)
    fields = ("username", "full_name", "email", "phone", "is_active", "is_superuser")
    readonly_fields = ("username", "is_superuser")
    actions = None

    def get_readonly_fields(self, request, obj=None):
        # An address that was never used may be mistyped; one in use opens the account.
        in_use = obj is not None and obj.is_in_use
        himself = obj is not None and obj.pk == request.user.pk
        return (
            *self.readonly_fields,
            *(("email",) if in_use else ()),
            *(("is_active",) if himself else ()),
        )

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if form.changed_data:
            audit.record(
                Act.ACCOUNT_CHANGED,
                by=request.user,
                subject=obj,
                by_admin=True,
                changed=", ".join(form.changed_data),
            )
        if "is_active" in form.changed_data:
            end_sessions(obj)
