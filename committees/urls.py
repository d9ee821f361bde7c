from django.urls import path

from committees import calendar_views, import_views, recovery_views, setup_views, views

app_name = "committees"
urlpatterns = [
    path("setup/", setup_views.setup, name="setup"),
    path("setup/bloc/", setup_views.setup_found, {"kind": "bloc"}, name="setup_bloc"),
    path("setup/board/", setup_views.setup_found, {"kind": "board"}, name="setup_board"),
    path("people/invite/", setup_views.people_invite, name="people_invite"),
    path("committees/", views.committee_list, name="committee_list"),
    path("committees/new/", views.committee_create, name="committee_create"),
    path("committees/<slug:code>/", views.committee_detail, name="committee_detail"),
    path("committees/<slug:code>/change/", views.committee_change, name="committee_change"),
    path("committees/<slug:code>/name/", views.committee_rename, name="committee_rename"),
    path("committees/<slug:code>/close/", views.committee_close, name="committee_close"),
    path("committees/<slug:code>/term/", views.term_begin, name="term_begin"),
    path("people/", views.member_list, name="member_list"),
    path("committees/<slug:code>/people/", views.member_list, name="member_list_of"),
    path("committees/<slug:code>/people/add/", views.member_add, name="member_add"),
    path("committees/<slug:code>/people/<int:pk>/", views.member_change, name="member_change"),
    path("committees/<slug:code>/people/<int:pk>/end/", views.member_end, name="member_end"),
    path(
        "committees/<slug:code>/people/<int:pk>/invite/", views.member_invite, name="member_invite"
    ),
    path(
        "committees/<slug:code>/people/<int:pk>/recover/",
        recovery_views.member_recover,
        name="member_recover",
    ),
    path(
        "committees/<slug:code>/people/<int:pk>/recover/stop/",
        recovery_views.member_recovery_stop,
        name="member_recovery_stop",
    ),
    path(
        "committees/<slug:code>/people/<int:pk>/unlock/",
        recovery_views.member_unlock,
        name="member_unlock",
    ),
    path("committees/<slug:code>/people/invite/", views.members_invite, name="members_invite"),
    path("calendar/", calendar_views.calendar_year, name="calendar"),
    path("calendar/<int:year>/", calendar_views.calendar_year, name="calendar_year"),
    path("calendar/<int:year>/confirm/", calendar_views.calendar_confirm, name="calendar_confirm"),
    path("calendar/days/new/", calendar_views.calendar_day_add, name="calendar_day_add"),
    path("calendar/days/<int:pk>/", calendar_views.calendar_day_change, name="calendar_day_change"),
    path(
        "calendar/days/<int:pk>/remove/",
        calendar_views.calendar_day_remove,
        name="calendar_day_remove",
    ),
    path("import/<slug:kind>/", import_views.import_upload, name="import_upload"),
    path("import/<slug:kind>/template.xlsx", import_views.import_template, name="import_template"),
    path("import/review/<int:pk>/", import_views.import_review, name="import_review"),
    path("import/review/<int:pk>/refused.xlsx", import_views.import_refused, name="import_refused"),
    path(
        "import/review/<int:pk>/leave-out/", import_views.import_leave_out, name="import_leave_out"
    ),
    path("import/review/<int:pk>/apply/", import_views.import_apply, name="import_apply"),
    path("import/review/<int:pk>/undo/", import_views.import_undo, name="import_undo"),
]
