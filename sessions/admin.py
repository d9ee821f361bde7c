"""Reference data only. Questions and answers are never shown here: an administrator sees no author."""

from django.contrib import admin

from sessions.models import Theme


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin):
    """The mandated groups; a committee keeps its own below them on a page of its own."""

    fields = ("number", "name", "parent", "committee", "is_active")
    actions = None
    list_display = ("name", "parent", "committee", "number", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("parent", "committee")
    search_fields = ("name",)

    def has_delete_permission(self, request, obj=None):
        """A theme is retired. The page that deletes one would name every question that has it."""
        return False
