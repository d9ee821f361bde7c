from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "dialogue_sessions"  # "sessions" already belongs to django.contrib.sessions
    verbose_name = _("Dialogue conferences")
