from django.urls import path

from sessions.question_urls import question_urls
from sessions.views import calendar, commitments, conferences, edits, help, results, scheduling

app_name = "sessions"
conference_urls = [
    path("conferences/", conferences.conference_list, name="conference_list"),
    path("conferences/new/", scheduling.conference_create, name="conference_create"),
    path(
        "conferences/lead-times/",
        scheduling.conference_lead_times,
        name="conference_lead_times",
    ),
    path("conferences/<int:pk>/", conferences.conference_detail, name="conference_detail"),
    path("conferences/<int:pk>/change/", scheduling.conference_change, name="conference_change"),
    path("conferences/<int:pk>/clone/", scheduling.conference_clone, name="conference_clone"),
    path(
        "conferences/<int:pk>/postpone/",
        conferences.conference_postpone,
        name="conference_postpone",
    ),
    path(
        "conferences/<int:pk>/reschedule/",
        scheduling.conference_reschedule,
        name="conference_reschedule",
    ),
    path("conferences/<int:pk>/cancel/", conferences.conference_cancel, name="conference_cancel"),
    path("conferences/<int:pk>/hold/", conferences.conference_hold, name="conference_hold"),
    path("conferences/<int:pk>/close/", conferences.conference_close, name="conference_close"),
    path(
        "conferences/<int:pk>/results/",
        results.conference_results,
        name="conference_results",
    ),
    path("conferences/<int:pk>/dates/", scheduling.conference_dates, name="conference_dates"),
    path("conferences/<int:pk>/conference.ics", calendar.conference_ics, name="conference_ics"),
]
commitment_urls = [
    path("commitments/", commitments.commitment_list, name="commitment_list"),
    path(
        "conferences/<int:pk>/commitments/new/",
        commitments.commitment_create,
        name="commitment_create",
    ),
    path("commitments/<int:pk>/", commitments.commitment_detail, name="commitment_detail"),
    path("commitments/<int:pk>/change/", commitments.commitment_change, name="commitment_change"),
    path("commitments/<int:pk>/history/", edits.commitment_history, name="commitment_history"),
    path("commitments/<int:pk>/progress/", commitments.progress_add, name="progress_add"),
    path("commitments/<int:pk>/settle/", commitments.commitment_settle, name="commitment_settle"),
    path("commitments/<int:pk>/reopen/", commitments.commitment_reopen, name="commitment_reopen"),
    path("commitments/<int:pk>/cancel/", commitments.commitment_cancel, name="commitment_cancel"),
]
help_urls = [path("abbreviations/", help.abbreviations, name="abbreviations")]
urlpatterns = [*help_urls, *conference_urls, *commitment_urls, *question_urls]
