from django.urls import path

from committees.accounts.views import recovery
from committees.views import calendar, committees, deputies, imports, members, setup

app_name = "committees"
urlpatterns = [
    path("setup/", setup.setup, name="setup"),
    path("setup/bloc/", setup.setup_found, {"kind": "bloc"}, name="setup_bloc"),
    path("setup/board/", setup.setup_found, {"kind": "board"}, name="setup_board"),
    path("people/invite/", setup.people_invite, name="people_invite"),
    path("committees/", committees.committee_list, name="committee_list"),
    path("committees/new/", committees.committee_create, name="committee_create"),
    path("committees/<slug:code>/", committees.committee_detail, name="committee_detail"),
    path("committees/<slug:code>/change/", committees.committee_change, name="committee_change"),
    path("committees/<slug:code>/name/", committees.committee_rename, name="committee_rename"),
    path("committees/<slug:code>/close/", committees.committee_close, name="committee_close"),
    path("committees/<slug:code>/term/", committees.term_begin, name="term_begin"),
    path("people/", members.member_list, name="member_list"),
    path("committees/<slug:code>/people/", members.member_list, name="member_list_of"),
    path("committees/<slug:code>/people/add/", members.member_add, name="member_add"),
    path("committees/<slug:code>/people/<int:pk>/", members.member_change, name="member_change"),
    path("committees/<slug:code>/people/<int:pk>/end/", members.member_end, name="member_end"),
    path(
        "committees/<slug:code>/people/<int:pk>/invite/",
        members.member_invite,
        name="member_invite",
    ),
    path(
        "committees/<slug:code>/people/<int:pk>/recover/",
        recovery.member_recover,
        name="member_recover",
    ),
    path(
        "committees/<slug:code>/people/<int:pk>/recover/stop/",
        recovery.member_recovery_stop,
        name="member_recovery_stop",
    ),
    path(
        "committees/<slug:code>/people/<int:pk>/unlock/",
        recovery.member_unlock,
        name="member_unlock",
    ),
    path("committees/<slug:code>/people/invite/", members.members_invite, name="members_invite"),
    path("committees/<slug:code>/people/deputies/", deputies.deputy_add, name="deputy_add"),
    path(
        "committees/<slug:code>/people/deputies/<int:pk>/end/",
        deputies.deputy_end,
        name="deputy_end",
    ),
    path("calendar/", calendar.calendar_year, name="calendar"),
    path("calendar/<int:year>/", calendar.calendar_year, name="calendar_year"),
    path("calendar/<int:year>/confirm/", calendar.calendar_confirm, name="calendar_confirm"),
    path("calendar/days/new/", calendar.calendar_day_add, name="calendar_day_add"),
    path("calendar/days/<int:pk>/", calendar.calendar_day_change, name="calendar_day_change"),
    path(
        "calendar/days/<int:pk>/remove/",
        calendar.calendar_day_remove,
        name="calendar_day_remove",
    ),
    path("import/<slug:kind>/", imports.import_upload, name="import_upload"),
    path("import/<slug:kind>/template.xlsx", imports.import_template, name="import_template"),
    path("import/review/<int:pk>/", imports.import_review, name="import_review"),
    path("import/review/<int:pk>/refused.xlsx", imports.import_refused, name="import_refused"),
    path("import/review/<int:pk>/leave-out/", imports.import_leave_out, name="import_leave_out"),
    path("import/review/<int:pk>/apply/", imports.import_apply, name="import_apply"),
    path("import/review/<int:pk>/undo/", imports.import_undo, name="import_undo"),
]
