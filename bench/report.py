"""Our report beside bare WeasyPrint: CPU ratios, interleaved in one run.

The whole task (queries, figures, document, template, rendering) against
`HTML(string=html).write_pdf()` of the same HTML; and that HTML against the same text as
plain blocks, twice: with the annex alone as plain blocks (the part that grows with the
questions; a must), and with everything as plain blocks, the five ruled tables of the outline
included (printed: what the form itself costs). Exits with 1 when a must is missed.
"""

import gc
import os
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SIZES = (10, 50, 200)
ROUNDS = 5
WHOLE_MUST, MARKUP_MUST = 1.10, 1.05
QUESTION = (
    "Hiện nay việc bố trí chỗ làm việc cho bộ phận chuyên môn còn chật hẹp, thiết bị đã cũ, nhiều "
    "máy tính sử dụng trên bảy năm nên xử lý văn bản chậm, ảnh hưởng tiến độ tham mưu. Đề nghị lãnh "
    "đạo cơ quan xem xét bổ sung kinh phí thay thế thiết bị, đồng thời rà soát lại việc phân bổ "
    "phòng làm việc giữa các đơn vị cho hợp lý, bảo đảm điều kiện làm việc cho cán bộ, đảng viên."
)
ANSWER = (
    "Lãnh đạo cơ quan ghi nhận ý kiến và trả lời như sau: năm nay cơ quan đã được cấp kinh phí thay "
    "thế một phần thiết bị; Văn phòng đang hoàn thiện thủ tục mua sắm, dự kiến bàn giao trong quý. "
    "Về phòng làm việc, sau khi sắp xếp lại tổ chức, diện tích dôi dư sẽ được phân bổ theo định mức, "
    "ưu tiên các đơn vị có số người đông. Giao Văn phòng chủ trì, phối hợp với Phòng Tổ chức rà "
    "soát, báo cáo lãnh đạo trước ngày 30 của tháng tới và công khai kết quả trên trang nội bộ để "
    "cán bộ, công chức, người lao động theo dõi, giám sát việc thực hiện."
)


def set_up(folder):
    os.environ.update(
        DEMO="1",
        DATA_DIR=folder,
        DJANGO_SETTINGS_MODULE="dialogue_portal.settings",
        LOG_LEVEL="ERROR",
    )
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def a_report(size):
    """Return the draft of a committee whose dialogue received `size` answered questions."""
    import datetime as dt

    from django.utils import timezone

    from committees.domain.committees import create_committee
    from committees.models import Committee, Membership, Role, User
    from periods.domain.periods import open_periods
    from periods.models import Obligation
    from reports.domain.drafting import start_draft
    from sessions.domain import answers, conferences, questions, triage
    from sessions.models import Theme

    now = timezone.now()
    kind = Committee.Kind
    bloc = Committee.objects.filter(kind=kind.BLOC).first() or create_committee(
        code="DUK", kind=kind.BLOC, name="Đảng ủy Khối Mẫu", parent=None, header_name="ĐẢNG ỦY KHỐI MẪU",
        organisation_name="ĐẢNG BỘ KHỐI MẪU", symbol="ĐUK", place="Hà Nội", active_from=dt.date(2020, 1, 1),
    )  # fmt: skip
    if not Committee.objects.filter(kind=kind.BOARD).exists():
        create_committee(
            code="BDV", kind=kind.BOARD, name="Ban Dân vận", parent=bloc, header_name="BAN DÂN VẬN",
            symbol="BDV", place="Hà Nội", active_from=dt.date(2020, 1, 1),
        )  # fmt: skip
    host = create_committee(
        code=f"N{size}", kind=kind.BASE, name=f"Đảng ủy Viện Mẫu {size}", parent=bloc,
        header_name=f"ĐẢNG ỦY VIỆN MẪU {size}", symbol="ĐU", place="Hà Nội", active_from=dt.date(2020, 1, 1),
    )  # fmt: skip
    office = User.objects.create(username=f"office{size}", full_name="Nguyễn Thị Ánh")
    Membership.objects.create(
        user=office,
        committee=host,
        role=Role.SECRETARY,
        post="Bí thư",
        starts_on=dt.date(2020, 1, 1),
    )
    period = open_periods(at=now)
    begins = max(now - dt.timedelta(days=5), period.deadline - dt.timedelta(days=180))
    conference = conferences.schedule_conference(
        host, title="Hội nghị đối thoại", starts_at=begins, ends_at=begins + dt.timedelta(hours=3),
        place="Hội trường", chair=office, answerers=[office], by=office, at=begins,
    )  # fmt: skip
    themes = list(Theme.objects.filter(parent=None))
    for number in range(size):
        question = questions.record_question(
            conference, text=f"{number + 1}. {QUESTION}", theme=themes[number % 5], kind="opinion",
            channel="paper", level="confidential", by=office, at=begins,
        )  # fmt: skip
        answers.record_live_answer(
            question, text=ANSWER, answered_by="Văn phòng", by=office, at=begins
        )
        triage.edit_question(
            question, display_text="", edited_ok=True, in_report=False, times_raised=1,
            version=question.version,
        )  # fmt: skip
    conferences.hold_conference(conference, by=office, at=begins + dt.timedelta(hours=3))
    return start_draft(Obligation.objects.get(period=period, committee=host), by=office, at=now)


def cpu(act):
    gc.collect()  # what the one before has left behind is not this one's cost
    began = time.process_time()
    act()
    return time.process_time() - began


def measure(size):
    from django.utils import timezone
    from weasyprint import HTML

    from reports.documents.pdf import document_html, render_pdf
    from reports.domain.drafting import current_document
    from reports.models import Report

    pk = a_report(size).pk
    at = timezone.now()

    def whole():
        report = Report.objects.select_related(
            "obligation__committee__parent", "obligation__period", "obligation__board"
        ).get(pk=pk)
        render_pdf(document_html(current_document(report, at=at)))

    html = document_html(current_document(Report.objects.get(pk=pk), at=at))
    plain, annex_plain = as_plain_blocks(html), with_plain_annex(html)

    def bare():
        HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")

    def blocks():
        HTML(string=plain).write_pdf(pdf_variant="pdf/ua-1")

    def annex():
        HTML(string=annex_plain).write_pdf(pdf_variant="pdf/ua-1")

    acts = {"whole": whole, "bare": bare, "annex": annex, "blocks": blocks}
    for act in acts.values():
        act()
    times = {name: [] for name in acts}
    for _ in range(ROUNDS):
        for name, act in acts.items():
            times[name].append(cpu(act))
    medians = {name: statistics.median(found) for name, found in times.items()}

    def ratio(one, other):
        return statistics.median(a / b for a, b in zip(times[one], times[other], strict=True))

    return medians, ratio("whole", "bare"), ratio("bare", "annex"), ratio("bare", "blocks")


def with_plain_annex(html):
    """Return the document with each record of its annex as a heading and plain paragraphs."""
    html = re.sub(r'<p class="r">(.*?)</p>', r"<h4>\1</h4>", html)
    html = re.sub(r'<p class="l">', "<p>", html)
    return html.replace(
        "</style>",
        "h4 { font-size: 14pt; margin: 6pt 0 0; text-align: left; }"
        "section p { text-indent: 0; margin: 0 0 2pt 8mm; font-size: 13pt; line-height: 17pt; text-align: left; }"
        "section p b { font-weight: normal; font-style: italic; }</style>",
    )


PLAIN = """
@page { size: A4; margin: 20mm 15mm 20mm 30mm; @top-center { content: counter(page); font: 14pt "Liberation Serif"; } }
body { font: 14pt/19pt "Liberation Serif"; text-align: justify; margin: 0; }
p { margin: 0 0 6pt; }
.cell { font-size: 10pt; line-height: 12.5pt; margin: 0; text-align: center; }
.r { margin: 6pt 0 0; text-align: left; }
.l { margin: 0 0 2pt 8mm; font-size: 13pt; line-height: 17pt; text-align: left; }
.l b { font-weight: normal; font-style: italic; }
"""
BOLD = re.compile(r"<(?:h1|h2|h3|th|caption)\b|class=\"(?:r|abstract|party)\"")
ITALIC = re.compile(r"class=\"(?:place|annex-cited)\"")


def as_plain_blocks(html):
    """Return the same text in the same faces and sizes, one paragraph after another."""
    head, _, body = html.partition("<body>")
    blocks = []
    for part in re.sub(r"<br>|</(?:td|th|p|h1|h2|h3|caption)>", "\n", body).split("\n"):
        text = " ".join(re.sub(r"<(?!/?[bi]>)[^>]+>", "", part).split())
        if not re.sub(r"<[^>]+>", "", text):
            continue
        if BOLD.search(part) and "<b>" not in text:
            text = f"<b>{text}</b>"
        if ITALIC.search(part):
            text = f"<i>{text}</i>"
        kind = "cell" if re.search(r"<t[dh]\b", part) else "l" if 'class="l"' in part else ""
        blocks.append(f'<p class="{kind}">{text}</p>' if kind else f"<p>{text}</p>")
    head = re.sub(r"<style>.*?</style>", f"<style>{PLAIN}</style>", head, flags=re.DOTALL)
    return head + "<body>" + "\n".join(blocks) + "</body></html>"


def main():
    with tempfile.TemporaryDirectory(prefix="bench-report-") as folder:
        set_up(folder)
        print("questions | whole s | bare s | whole/bare | markup/plain annex | markup/all plain")
        missed = False
        for size in SIZES:
            medians, whole, annex, blocks = measure(size)
            print(
                f"{size:>9} | {medians['whole']:7.2f} | {medians['bare']:6.2f} | {whole:10.3f} "
                f"| {annex:18.3f} | {blocks:16.3f}",
                flush=True,
            )
            missed |= whole > WHOLE_MUST or annex > MARKUP_MUST
        print(f"load average {os.getloadavg()[0]:.1f}")
    print(f"musts: whole ≤ {WHOLE_MUST}, markup ≤ {MARKUP_MUST}: {'MISSED' if missed else 'held'}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
