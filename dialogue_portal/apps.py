from django.apps import AppConfig
from django.core.checks import register

from dialogue_portal import checks


class PortalConfig(AppConfig):
    name = "dialogue_portal"
    label = "portal"  # the tables of the ground bear this package's name

    def ready(self):
        for check in checks.ALWAYS:
            register(check)
        for check in checks.BEFORE_PRODUCTION:
            register(check, deploy=True)
