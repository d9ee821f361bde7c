from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "dialogue_sessions"  # "sessions" already belongs to django.contrib.sessions
    verbose_name = _("Dialogue conferences")

    def ready(self):
        from sessions.domain import attachments  # noqa: F401, PLC0415 (names the files it keeps)
        from sessions.duties import (  # noqa: F401, PLC0415 (each registers its kinds)
            answers,
            asking,
            commitments,
            conferences,
            openings,
            questions,
        )
