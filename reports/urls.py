from django.urls import path, register_converter

from reports.views import (
    documents,
    home,
    minutes,
    papers,
    question_list,
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
    path("conferences/<int:pk>/minutes/", minutes.minutes_detail, name="minutes_detail"),
    path(
        "conferences/<int:pk>/minutes/presence/", minutes.minutes_presence, name="minutes_presence"
    ),
    path("conferences/<int:pk>/minutes/signed/", minutes.minutes_sign, name="minutes_sign"),
    path("conferences/<int:pk>/minutes/addendum/", minutes.addendum_write, name="addendum_write"),
    path("turns/<int:pk>/minutes/", minutes.turn_note, name="turn_note"),
    *[
        path(f"conferences/<int:pk>/minutes/<int:number>/{act}/", view, name=name)
        for act, view, name in (
            ("submit", minutes.minutes_submit, "minutes_submit"),
            ("take-back", minutes.minutes_take_back, "minutes_take_back"),
            ("approve", minutes.minutes_approve, "minutes_approve"),
            ("send-back", minutes.minutes_send_back, "minutes_send_back"),
            ("change", minutes.addendum_change, "addendum_change"),
            ("discard", minutes.addendum_discard, "addendum_discard"),
        )
    ],
    path("conferences/<int:pk>/papers/", papers.conference_papers, name="conference_papers"),
    path("conferences/<int:pk>/papers/<slug:paper>/", papers.paper_start, name="paper_start"),
    path("conferences/<int:pk>/published/", papers.notice_publish, name="notice_publish"),
    path("conferences/<int:pk>/signatures/", papers.signature_list, name="signature_list"),
    *[
        path(
            f"conferences/<int:pk>/slips-<slug:level>.{suffix}",
            papers.question_slips,
            {"suffix": suffix},
            name=f"question_slips_{suffix}",
        )
        for suffix in ("docx", "pdf")
    ],
    *[
        path(
            f"conferences/<int:pk>/{name}.{suffix}",
            papers.hall_handout,
            {"name": paper, "suffix": suffix},
            name=f"{name.replace('-', '_')}_{suffix}",
        )
        for name, paper in (("hall-poster", "ap-phich"), ("hall-queue", "hang-doi"))
        for suffix in ("docx", "pdf")
    ],
    path(
        "conferences/<int:pk>/questions/", question_list.questions_export, name="questions_export"
    ),
    *[
        path(
            f"conferences/<int:pk>/questions.{suffix}",
            question_list.questions_file,
            {"suffix": suffix},
            name=f"questions_{suffix}",
        )
        for suffix in ("xlsx", "docx", "pdf")
    ],
    path("papers/<int:pk>/", papers.paper_detail, name="paper_detail"),
    path("papers/<int:pk>/edit/", papers.paper_edit, name="paper_edit"),
    path("papers/<int:pk>/issue/", papers.paper_issue, name="paper_issue"),
    path("papers/<int:pk>/names/", papers.invitation_print, name="invitation_print"),
    *[
        path(
            f"papers/<int:pk>/paper.{suffix}",
            papers.paper_download,
            {"suffix": suffix},
            name=f"paper_{suffix}",
        )
        for suffix in ("docx", "pdf")
    ],
    path("files/<int:pk>/status/", renderings.rendering_status, name="rendering_status"),
    path("files/<int:pk>/again/", renderings.rendering_again, name="rendering_again"),
    path("files/<int:pk>/", renderings.rendering_file, name="rendering_file"),
]
