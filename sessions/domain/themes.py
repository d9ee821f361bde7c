"""A committee's own themes, one level below the mandated groups. The groups are not its to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from sessions.models import Theme

if TYPE_CHECKING:
    from committees.models import Committee


@transaction.atomic
def add_theme(committee: Committee, *, group: Theme, name: str) -> Theme:
    """Add a theme below a mandated group; one of the same name is taken up again."""
    theme, _ = Theme.objects.get_or_create(
        committee=committee, parent=group, name=name, defaults={"number": group.number}
    )
    if not theme.is_active:
        theme.is_active = True
        theme.save(update_fields=["is_active"])
    return theme


@transaction.atomic
def rename_theme(theme: Theme, *, name: str) -> None:
    """Call the theme something else; its questions go with it."""
    theme.name = name
    theme.save(update_fields=["name"])


@transaction.atomic
def retire_theme(theme: Theme) -> None:
    """Offer the theme no more. What bears it keeps it and is counted in its group."""
    theme.is_active = False
    theme.save(update_fields=["is_active"])
