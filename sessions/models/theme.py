"""What questions are about."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from committees.models import Committee


class Theme(models.Model):
    """What a question is about: the four mandated groups and "other", and a committee's own below."""

    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    committee = models.ForeignKey(
        Committee, models.CASCADE, null=True, blank=True, related_name="themes"
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ("number", "pk")
        constraints = [
            models.CheckConstraint(
                name="own_theme_has_a_group", condition=Q(committee=None) | Q(parent__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def group(self) -> Theme:
        """The mandated group this theme belongs to, which the report counts by."""
        return self.parent or self
