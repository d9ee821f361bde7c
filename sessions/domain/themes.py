"""A committee's own themes, one level below the mandated groups. The groups are not its to change."""

from django.db import transaction

from sessions.models import Theme


@transaction.atomic
def add_theme(committee, *, group, name):
    """Add a theme below a mandated group; one of the same name is taken up again."""
    theme, _ = Theme.objects.get_or_create(
        committee=committee, parent=group, name=name, defaults={"number": group.number}
    )
    if not theme.is_active:
        theme.is_active = True
        theme.save(update_fields=["is_active"])
    return theme


@transaction.atomic
def rename_theme(theme, *, name):
    """Call the theme something else; its questions go with it."""
    theme.name = name
    theme.save(update_fields=["name"])


@transaction.atomic
def retire_theme(theme):
    """Offer the theme no more. What bears it keeps it and is counted in its group."""
    theme.is_active = False
    theme.save(update_fields=["is_active"])
