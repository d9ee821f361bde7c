from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "privacy"

    def ready(self):
        from privacy.duties import personal, purges  # noqa: F401, PLC0415 (registers its kinds)
