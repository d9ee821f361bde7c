from django.apps import AppConfig
from django.http import HttpRequest

from foundation.clock import MomentOfRequest


class FoundationConfig(AppConfig):
    """The ground. Its tables bear the name that they were born with."""

    name = "foundation"
    label = "dialogue_portal"

    def ready(self) -> None:
        HttpRequest.at = MomentOfRequest()  # type: ignore[attr-defined]  # said here, and nowhere else
