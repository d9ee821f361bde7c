"""What the anonymous host answers; served by dialogue_portal.anonymous_origin alone."""

from django.urls import path

from sessions.views import anonymous

urlpatterns = [
    path("", anonymous.ask, name="ask"),
    path("done/", anonymous.done, name="done"),
    path("names/", anonymous.names, name="names"),
    path("abbreviations/", anonymous.abbreviations, name="abbreviations"),
    path("receipt/", anonymous.receipt, name="receipt"),
]
