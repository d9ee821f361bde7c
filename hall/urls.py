from django.urls import path

from hall.views import desk, guests, invitation, joining, screen, speakers

app_name = "hall"
urlpatterns = [
    path("conferences/<int:pk>/hall/", desk.hall_desk, name="hall_desk"),
    path("conferences/<int:pk>/hall/changes/", desk.hall_changes, name="hall_changes"),
    path("conferences/<int:pk>/hall/floor/", desk.floor_ask, name="floor_ask"),
    path("conferences/<int:pk>/hall/undo/", desk.act_undo, name="act_undo"),
    path(
        "conferences/<int:pk>/hall/call/<uuid:question_pk>/",
        desk.question_call,
        name="question_call",
    ),
    path(
        "conferences/<int:pk>/hall/place/<uuid:question_pk>/",
        desk.place_change,
        name="place_change",
    ),
    path("conferences/<int:pk>/hall/show/", desk.screen_show, name="screen_show"),
    path("conferences/<int:pk>/hall/screen/", desk.screen_link, name="screen_link"),
    path("screen/<int:pk>/<slug:token>/", screen.screen, name="screen"),
    path("screen/<int:pk>/<slug:token>/state/", screen.screen_state, name="screen_state"),
    path("conferences/<int:pk>/hall/seats/", desk.seats_switch, name="seats_switch"),
    path("conferences/<int:pk>/hall/limit/", desk.turns_limit, name="turns_limit"),
    path("conferences/<int:pk>/hall/speakers/", speakers.speaker_add, name="speaker_add"),
    path("speakers/<int:pk>/", speakers.speaker_change, name="speaker_change"),
    path("join/", joining.join, name="join"),
    path("join/<slug:code>/", joining.join_hall, name="join_hall"),
    path("join/<slug:code>/state/", joining.join_state, name="join_state"),
    path("join/<slug:code>/same/<uuid:question_pk>/", joining.join_same, name="join_same"),
    path("turns/<int:pk>/answer/", desk.turn_answer, name="turn_answer"),
    path("turns/<int:pk>/later/", desk.turn_later, name="turn_later"),
    path("turns/<int:pk>/put-back/", desk.turn_put_back, name="turn_put_back"),
    path("turns/<int:pk>/clock/", desk.turn_clock, name="turn_clock"),
    path("turns/<int:pk>/gist/", desk.turn_gist, name="turn_gist"),
    path("turns/<int:pk>/reopen/", desk.turn_reopen, name="turn_reopen"),
    path("conferences/<int:pk>/guests/", guests.guest_list, name="guest_list"),
    path("conferences/<int:pk>/guests/add/", guests.guests_add, name="guests_add"),
    path("conferences/<int:pk>/guests/people/", guests.guests_add_people, name="guests_add_people"),
    path("conferences/<int:pk>/guests/invite/", guests.invitations_send, name="invitations_send"),
    path("conferences/<int:pk>/guests/settle/", guests.guests_settle, name="guests_settle"),
    path("guests/<int:pk>/", guests.guest_edit, name="guest_edit"),
    path("guests/<int:pk>/tick/", guests.guest_tick, name="guest_tick"),
    path("guests/<int:pk>/remove/", guests.guest_remove, name="guest_remove"),
    path("invitations/<int:pk>/<slug:token>/", invitation.invitation, name="invitation"),
    path(
        "invitations/<int:pk>/<slug:token>/reply/",
        invitation.invitation_reply,
        name="invitation_reply",
    ),
]
