from django.urls import path

from sessions.views import (
    answers,
    attachments,
    follow_up,
    notes,
    openings,
    questions,
    themes,
    triage,
    vouchers,
)

question_urls = [
    path("conferences/<int:pk>/ask/", questions.question_ask, name="question_ask"),
    path("conferences/<int:pk>/similar/", questions.question_similar, name="question_similar"),
    path("conferences/<int:pk>/record/", questions.question_record, name="question_record"),
    path("questions/mine/", questions.my_questions, name="my_questions"),
    path("questions/answered/", questions.answered_questions, name="answered_questions"),
    path("questions/answered/<int:pk>/", questions.answered_question, name="answered_question"),
    path("questions/<uuid:pk>/", questions.question_detail, name="question_detail"),
    path("questions/<uuid:pk>/sent/", questions.question_sent, name="question_sent"),
    path("questions/<uuid:pk>/change/", questions.question_change, name="question_change"),
    path("questions/<uuid:pk>/withdraw/", questions.question_withdraw, name="question_withdraw"),
    path(
        "questions/<uuid:pk>/send-again/",
        questions.question_send_again,
        name="question_send_again",
    ),
    path("questions/<uuid:pk>/follow-up/", questions.question_follow_up, name="question_follow_up"),
    path("attachments/<uuid:pk>/", attachments.attachment_file, name="attachment_file"),
    path("questions/notices/", follow_up.notices_read, name="notices_read"),
    path("triage/<uuid:question_pk>/unseal/", openings.question_unseal, name="question_unseal"),
    path("triage/<uuid:question_pk>/unseal/show/", openings.opening_show, name="opening_show"),
    path(
        "triage/<uuid:question_pk>/unseal/withdraw/",
        openings.opening_withdraw,
        name="opening_withdraw",
    ),
    path("openings/", openings.opening_list, name="opening_list"),
    path("openings/<int:pk>/", openings.opening_decide, name="opening_decide"),
    path("help/who-asked/", questions.help_identity, name="help_identity"),
    path("vouchers/", vouchers.my_vouchers, name="my_vouchers"),
    path("vouchers/<int:pk>/draw/", vouchers.vouchers_draw, name="vouchers_draw"),
    path("conferences/<int:pk>/slips/", vouchers.slips_print, name="slips_print"),
    path("themes/", themes.theme_list, name="theme_list"),
    path("themes/<int:pk>/name/", themes.theme_rename, name="theme_rename"),
    path("themes/<int:pk>/retire/", themes.theme_retire, name="theme_retire"),
    path("triage/", triage.triage_index, name="triage_index"),
    path("conferences/<int:pk>/triage/", triage.triage_queue, name="triage"),
    path("conferences/<int:pk>/triage/several/", triage.questions_sort, name="questions_sort"),
    path(
        "conferences/<int:pk>/triage/undo/<uuid:batch>/", triage.sorting_undo, name="sorting_undo"
    ),
    path(
        "conferences/<int:pk>/triage/<uuid:question_pk>/",
        triage.triage_question,
        name="triage_question",
    ),
    *[
        path(
            f"triage/<uuid:question_pk>/{act}/",
            getattr(triage, f"question_{act}"),
            name=f"question_{act}",
        )
        for act in (
            "sort",
            "merge",
            "decline",
            "refer",
            "escalate",
            "reconsider",
            "ask_back",
            "appeal",
        )
    ],
    path("triage/<uuid:question_pk>/merge/undo/", triage.merge_undo, name="merge_undo"),
    path("triage/<uuid:pk>/notes/", notes.note_add, name="note_add"),
    path("notes/<int:pk>/", notes.note_change, name="note_change"),
    path("notes/<int:pk>/remove/", notes.note_remove, name="note_remove"),
    path("answers/", answers.answer_list, name="answer_list"),
    path("answers/<uuid:pk>/", answers.answer_write, name="answer_write"),
    path("answers/<uuid:pk>/publish/", answers.answer_publish, name="answer_publish"),
    path("answers/<uuid:pk>/send-back/", answers.answer_send_back, name="answer_send_back"),
    path("answers/<uuid:pk>/correct/", answers.answer_correct, name="answer_correct"),
    path("answers/<uuid:pk>/complete/", answers.answer_complete, name="answer_complete"),
]
