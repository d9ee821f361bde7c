from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """The ground. Its tables bear the name that they were born with."""

    name = "foundation"
    label = "dialogue_portal"
