from django.urls import path

from board.views import consolidated, dates, desk, overview, words

app_name = "board"
urlpatterns = [
    path("reports/<int:pk>/acknowledge/", desk.report_acknowledge, name="report_acknowledge"),
    path("reports/<int:pk>/return/", desk.report_return, name="report_return"),
    path("board/", desk.board_desk, name="board_desk"),
    path("board/map/", overview.board_map, name="board_map"),
    path("board/periods/", dates.period_list, name="period_list"),
    path("board/<slug:code>/prepare/", dates.period_prepare, name="period_prepare"),
    path("board/<slug:code>/", desk.board_desk, name="board_desk_of"),
    path("board/<slug:code>/receive/", desk.reports_receive, name="reports_receive"),
    path("board/<slug:code>/remind/", desk.offices_remind, name="offices_remind"),
    path("board/<slug:code>/more-time/", dates.obligations_extend, name="obligations_extend"),
    path("board/<slug:code>/list.xlsx", desk.desk_file, {"suffix": "xlsx"}, name="desk_xlsx"),
    path("board/<slug:code>/list.pdf", desk.desk_file, {"suffix": "pdf"}, name="desk_pdf"),
    path("board/<slug:code>/zip/", desk.period_zip, name="period_zip"),
    path(
        "board/<slug:code>/consolidate/", consolidated.consolidated_order, name="consolidated_order"
    ),
    path("board/<slug:code>/date/", dates.period_change, name="period_change"),
    path("board/<slug:code>/unissued/", dates.period_auto_issue, name="period_auto_issue"),
    path("obligations/<int:pk>/", dates.obligation_detail, name="obligation_detail"),
    path("obligations/<int:pk>/more-time/", dates.obligation_extend, name="obligation_extend"),
    path("obligations/<int:pk>/exempt/", dates.obligation_exempt, name="obligation_exempt"),
    path("consolidated/<int:pk>/", consolidated.consolidated_detail, name="consolidated_detail"),
    path(
        "consolidated/<int:pk>/issue/", consolidated.consolidated_issue, name="consolidated_issue"
    ),
    path("consolidated/<int:pk>/words/", words.consolidated_words, name="consolidated_words"),
    path(
        "consolidated/<int:pk>/words/<slug:place>/",
        words.consolidated_word,
        name="consolidated_word",
    ),
    path(
        "consolidated/<int:pk>/compare/",
        consolidated.consolidated_compare,
        name="consolidated_compare",
    ),
    path(
        "consolidated/<int:pk>/report.docx",
        consolidated.consolidated_download,
        {"suffix": "docx"},
        name="consolidated_docx",
    ),
    path(
        "consolidated/<int:pk>/annexes.xlsx",
        consolidated.consolidated_download,
        {"suffix": "xlsx"},
        name="consolidated_xlsx",
    ),
]
