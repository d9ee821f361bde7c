"""What an office reads first, how askers rated, and what a period is compared with."""

import html
import re
from collections import defaultdict

from django.conf import settings
from django.urls import reverse

from foundation.clock import day_of
from periods.models import ReportingPeriod
from tests.recount import sql

SENTENCES = {
    "to_sort": "câu hỏi chờ phân loại hoặc duyệt nội dung",
    "to_write": "trả lời văn bản do đơn vị thực hiện; văn phòng nhập vào cổng",
    "to_chase": "trả lời văn bản của lãnh đạo sắp đến hạn hoặc đã quá hạn",
    "given_back": "câu hỏi bị trả lại, cần phân công lại",
    "to_clear": "trả lời văn bản chờ đồng chí duyệt",
    "late_promises": "cam kết của người khác đã quá hạn",
}
WORDS = {
    "answered": "đã giải đáp được câu hỏi", "partly": "giải đáp một phần",
    "not": "chưa giải đáp được",
}  # fmt: skip


def assert_office(client, user, at):
    """Compare the home page of somebody in an office; return how much waits there."""
    today = day_of(at)
    client.force_login(user)
    page = html.unescape(client.get(reverse("reports:home")).text)
    page = re.sub(r"<svg.*?</svg>\s*", "", page, flags=re.S)  # the sign before the words
    said = defaultdict(list)
    for name, words in SENTENCES.items():
        found = re.findall(rf'<p class="todo-text">\s*(\d+) {re.escape(words)}\.', page)
        said[name] = sorted(int(number) for number in found)
    counted = sql.waiting(user, today)
    assert dict(said) == counted, user
    reports = len(re.findall(r"<h2>Báo cáo ", page))
    owed = sql.reports_owed(user, today)
    assert reports == owed, user
    return sum(map(sum, counted.values())) + owed


def assert_ratings(obligation, shown):
    """Compare what a report says of the ratings; small numbers are hidden, never wrong.

    Returns whether it says any.
    """
    true = dict.fromkeys(WORDS, 0) | sql.ratings(obligation)
    total, fewest = sum(true.values()), settings.FEWEST_SHOWN
    if shown.startswith("Không công bố"):  # for one reason or the other: never said which
        assert f"chưa đủ {fewest} lượt, hoặc có số quá nhỏ" in shown
        assert total < fewest or any(0 < one < fewest for one in true.values())
        return False
    assert total >= fewest
    assert shown.startswith(f"Có {total} lượt đánh giá câu trả lời"), (true, shown)
    told, _, kept = shown.partition("Không công bố")
    for name, words in WORDS.items():
        is_told = f" {true[name]} {words}" in told
        assert is_told != (words in kept), (name, shown)
        assert not is_told or not 0 < true[name] < fewest
    assert len(re.findall(r"\d+", told)) == 1 + sum(f" {words}" in told for words in WORDS.values())
    assert kept.count("số lượt") != 1  # what is missing to the sum is no secret
    return True


def assert_ratings_together(period, board, today, sentences):
    number, total, *each = sql.ratings_reported(period, board, today)
    (said,) = (s for s in sentences if "đánh giá câu trả lời" in s or "số liệu đánh giá" in s)
    if not number:
        assert not re.search(r"\d", said)
        return 0
    assert f"Tổng hợp từ {number} báo cáo " in said
    assert f" Có {total} lượt đánh giá câu trả lời" in said
    told, _, kept = said.partition("Không công bố")
    for words, count in zip(WORDS.values(), each, strict=True):
        assert (words in kept) == (count is None)
        assert count is None or f" {count} {words}" in told
    return number


def assert_compared(period, board, today, rows):
    """Biểu 2: the period before and that of a year before, and how far this one is from them."""
    now = [row[1] for row in rows]
    for back, place in ((1, 2), (2, 4)):
        year, half = divmod(period.year * 2 + period.half - 1 - back, 2)
        earlier = ReportingPeriod.objects.filter(year=year, half=half + 1).first()
        then = sql.indicators(earlier, board, today) if earlier else [None] * len(now)
        assert [row[place] for row in rows] == then, (period, back)
        assert [row[place + 1] for row in rows] == [
            None if None in (a, b) else round(a - b, 1) for a, b in zip(now, then, strict=True)
        ]
