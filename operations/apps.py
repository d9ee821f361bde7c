from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"

    def ready(self):
        from operations import duties  # noqa: F401, PLC0415 (registers its kinds)
