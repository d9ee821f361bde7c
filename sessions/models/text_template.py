"""Texts that an office writes again and again, with places for what differs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from committees.models import Committee


class TextTemplate(models.Model):
    """A text of the committee for answers or for what is told with another act of sorting."""

    class Use(models.TextChoices):
        ANSWER = "answer", _("Answer")
        DECLINE = "decline", _("Return with a reason")
        REFER = "refer", _("Refer to the competent body")
        ESCALATE = "escalate", _("Put to a higher level")

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="text_templates")
    use = models.CharField(_("used for"), max_length=10, choices=Use, default=Use.ANSWER)
    name = models.CharField(_("name of the template"), max_length=120)
    text = models.TextField(_("text of the template"))
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("use", "name", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "use", "name"], name="a_template_is_named_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
