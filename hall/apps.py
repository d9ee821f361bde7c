from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HallConfig(AppConfig):
    name = "hall"
    verbose_name = _("Hall")

    def ready(self):
        from hall.domain import (  # noqa: F401, PLC0415
            floor,  # says what may not be handed to another committee now
            invitations,  # says what goes with its mail
        )
