from django.urls import path, register_converter

from operations.views import health, rehearsals
from reports.views import (
    board,
    documents,
    home,
    personal,
    purges,
    renderings,
    reports,
    signing,
    verification,
    versions,
)


class Place:
    regex = "[a-z_]{1,40}|answer-[A-Z0-9-]{1,30}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(Place, "place")

app_name = "reports"
urlpatterns = [
    path("", home.home, name="home"),
    path("health/", health.health, name="health"),
    path("health/again/", health.health_again, name="health_again"),
    path("health/resume/", health.health_resume, name="health_resume"),
    path("health/held/", health.health_held, name="health_held"),
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
    path("verify/", verification.verify, name="verify"),
    path("verify/<str:code>/", verification.verify_document, name="verify_document"),
    path("reports/", reports.report_list, name="report_list"),
    path("reports/start/<int:obligation_pk>/", reports.report_start, name="report_start"),
    path("reports/<int:pk>/", reports.report_detail, name="report_detail"),
    path("reports/<int:pk>/text/<place:key>/", reports.narrative_edit, name="narrative_edit"),
    path("reports/<int:pk>/text/<place:key>/show/", reports.narrative_show, name="narrative_show"),
    path("reports/<int:pk>/signing/", reports.report_signing, name="report_signing"),
    path("reports/<int:pk>/not-held/", reports.report_not_held, name="report_not_held"),
    path("reports/<int:pk>/preview.pdf", reports.report_preview, name="report_preview"),
    path("reports/<int:pk>/issue/", reports.report_issue, name="report_issue"),
    path("reports/<int:pk>/correct/", reports.report_correct, name="report_correct"),
    path("reports/<int:pk>/acknowledge/", board.report_acknowledge, name="report_acknowledge"),
    path("reports/<int:pk>/return/", board.report_return, name="report_return"),
    path("reports/<int:pk>/withdraw/", versions.report_withdraw, name="report_withdraw"),
    path("reports/<int:pk>/compare/", versions.report_compare, name="report_compare"),
    path("reports/<int:pk>/signed/", signing.signed_copy_add, name="signed_copy_add"),
    path("reports/signed/<int:pk>.pdf", signing.signed_copy_file, name="signed_copy_file"),
    path("reports/<int:pk>/slip.pdf", versions.report_slip, name="report_slip"),
    path(
        "reports/<int:pk>/report.docx",
        documents.report_download,
        {"suffix": "docx"},
        name="report_docx",
    ),
    path(
        "reports/<int:pk>/annexes.xlsx",
        documents.report_download,
        {"suffix": "xlsx"},
        name="report_xlsx",
    ),
    path("board/", board.board_desk, name="board_desk"),
    path("board/<slug:code>/", board.board_desk, name="board_desk_of"),
    path("board/<slug:code>/zip/", board.period_zip, name="period_zip"),
    path("board/<slug:code>/consolidate/", board.consolidated_order, name="consolidated_order"),
    path("board/<slug:code>/date/", board.period_change, name="period_change"),
    path("board/<slug:code>/unissued/", board.period_auto_issue, name="period_auto_issue"),
    path("rehearsals/", rehearsals.rehearsal_list, name="rehearsal_list"),
    path("rehearsals/start/", rehearsals.rehearsal_start, name="rehearsal_start"),
    path("rehearsals/<int:pk>/", rehearsals.rehearsal_detail, name="rehearsal_detail"),
    path("rehearsals/<int:pk>/status/", rehearsals.rehearsal_status, name="rehearsal_status"),
    path("obligations/<int:pk>/", board.obligation_detail, name="obligation_detail"),
    path("obligations/<int:pk>/more-time/", board.obligation_extend, name="obligation_extend"),
    path("consolidated/<int:pk>/", board.consolidated_detail, name="consolidated_detail"),
    path(
        "consolidated/<int:pk>/compare/", versions.consolidated_compare, name="consolidated_compare"
    ),
    path(
        "consolidated/<int:pk>/report.docx",
        documents.consolidated_download,
        {"suffix": "docx"},
        name="consolidated_docx",
    ),
    path(
        "consolidated/<int:pk>/annexes.xlsx",
        documents.consolidated_download,
        {"suffix": "xlsx"},
        name="consolidated_xlsx",
    ),
    *[
        path(
            f"conferences/<int:pk>/{name}.{suffix}",
            documents.paper_download,
            {"paper": paper, "suffix": suffix},
            name=f"{name}_{suffix}",
        )
        for name, paper in (("minutes", "bien-ban"), ("conclusion", "thong-bao-ket-luan"))
        for suffix in ("docx", "pdf")
    ],
    path("files/<int:pk>/status/", renderings.rendering_status, name="rendering_status"),
    path("files/<int:pk>/again/", renderings.rendering_again, name="rendering_again"),
    path("files/<int:pk>/", renderings.rendering_file, name="rendering_file"),
]
