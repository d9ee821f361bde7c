from django.urls import path

from privacy.views import personal, purges

app_name = "privacy"
urlpatterns = [
    path("help/personal-data/", personal.personal_notice, name="personal_notice"),
    path("my-data/", personal.my_data, name="my_data"),
    path("my-data/copy/", personal.my_data_copy, name="my_data_copy"),
    *[
        path(f"my-data/ask/{kind}/", personal.personal_ask, {"kind": kind}, name=f"personal_{kind}")
        for kind in ("name", "question", "account")
    ],
    path("my-data/withdraw/<int:pk>/", personal.personal_withdraw, name="personal_withdraw"),
    path("personal-requests/", personal.personal_list, name="personal_list"),
    path("personal-requests/paper/", personal.personal_paper, name="personal_paper"),
    path("personal-requests/<int:pk>/", personal.personal_decide, name="personal_decide"),
    path("triage/<uuid:question_pk>/purge/", purges.question_purge, name="question_purge"),
    path("purges/", purges.purge_list, name="purge_list"),
    path("purges/<int:pk>/", purges.purge_detail, name="purge_detail"),
    path("purges/<int:pk>/decide/", purges.purge_decide, name="purge_decide"),
    path("purges/<int:pk>/withdraw/", purges.purge_withdraw, name="purge_withdraw"),
]
