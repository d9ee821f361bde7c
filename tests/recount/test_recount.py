"""Every figure on home, desk, report and consolidated report, recounted in SQL: no difference."""

import re
from collections import defaultdict

import pytest
from django.core.management import call_command
from django.urls import reverse

from board.domain.consolidated_document import consolidated_document
from board.domain.consolidated_figures import consolidated_figures
from committees.models import Committee, User
from foundation.clock import day_of
from periods.models import Obligation, ReportingPeriod
from reports.domain import drafting
from reports.domain.wording import short_date
from reports.figures import committee_figures, percentage
from reports.openings import COLUMNS
from reports.queries import desk, newest_of, with_told
from sessions.models import Attachment
from tests.recount import sql
from tests.recount.offices import (
    assert_compared,
    assert_office,
    assert_ratings,
    assert_ratings_together,
)
from tests.recount.periods import NOW, make_periods

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r"\d[\d.]*(?:,\d+)?")


def numbers(text):
    """Every number of a sentence that is no date and no hour, as Python has it."""
    text = re.sub(r"\d+/\d+/\d{4}|\d+ giờ \d+", " ", text)
    found = [one.rstrip(".").replace(".", "").replace(",", ".") for one in NUMBER.findall(text)]
    return [float(one) for one in found]


def blocks(document):
    every = [
        *document["body"],
        *(block for annex in document["annexes"] for block in annex["body"]),
    ]
    tables = {block["name"]: block for block in every if block["type"] == "table"}
    places = defaultdict(str)  # one that says nothing is left out of a final document
    places.update({block["key"]: block["text"] for block in every if block.get("key")})
    records = [item for block in every if block["type"] == "records" for item in block["items"]]
    return tables, places, records


def assert_report(obligation, at):
    today = day_of(at)
    report = newest_of(obligation) or drafting.start_draft(obligation, by=None, at=at)
    report.narratives.all().delete()
    figures = committee_figures(obligation, at=at)
    document = drafting.report_document(report, figures, at=at)
    tables, places, records = blocks(document)
    counted = sql.openings(obligation.committee, obligation.period, at)
    assert [figures["openings"][key] for key in COLUMNS] == counted
    said = [b["text"] for b in document["body"] if "đề nghị mở tên" in b.get("text", "")]
    assert numbers("".join(said)) == [number for number in counted if number]
    (rated,) = (b["text"] for b in document["body"] if "đánh giá câu trả lời" in b.get("text", ""))
    assert_ratings(obligation, rated)

    single, total = sql.attendance(obligation)
    table = tables["table1"]
    assert [row[2:] for row in table["rows"]] == single
    assert (table["total"] or ["", "", *total])[2:] == total
    counted = sql.themes(obligation, today)
    table = tables["table3"]
    assert [row[1:] for row in table["rows"]] == counted[:-1]
    assert table["total"][2:] == counted[-1][1:]
    items, before, live, *outcomes, overdue, rate = counted[-1][1:]
    spoken, written, waiting, escalated, *_others = outcomes
    assert items == before + live == sum(outcomes)

    open_state, late, done = sql.promised(obligation, today, own=False)
    words = [row[5] for row in tables["table2"]["rows"]]
    assert [sum(w.startswith(s) for w in words) for s in ("Đang", "Quá hạn", "Đã xong")] == [
        open_state, late, done,
    ]  # fmt: skip
    if words:
        assert numbers(places["previous"]) == [len(words), done, open_state, late]
    mine = sql.promised(obligation, today, own=True)
    words = [row[6] for row in tables["table4"]["rows"]]
    assert [sum(w.startswith(s) for w in words) for s in ("Đang", "Quá hạn", "Đã xong")] == mine

    supporters = sql.asked(
        obligation,
        "(a.state = 'escalated' or (a.state = 'merged' and exists (select 1 from asked b "
        "where b.id = a.merged_into_id and b.state = 'escalated')))",
    )
    assert len(tables["table5"]["rows"]) == escalated
    assert sum(row[4] for row in tables["table5"]["rows"]) == supporters
    assert len(records) == items
    assert len(tables["annex2"]["rows"]) == waiting
    assert sum(row[5] for row in tables["annex2"]["rows"]) == sql.asked(
        obligation,
        f"a.state in {sql.OPEN}",
        count="coalesce(sum(greatest(0, %(today)s - a.due_on))"
        " filter (where a.clock_stopped_on is null), 0)",
        today=today,
    )

    first_replies = sql.asked(
        obligation,
        f"a.state in {sql.OPEN} and exists (select 1 from dialogue_sessions_holdingreply h"
        " where h.question_id = a.id)",
    )
    assert sum(row[6] is not None for row in tables["annex2"]["rows"]) == first_replies
    merged = sql.asked(obligation, "a.state = 'merged'")
    withdrawn = sql.asked(obligation, "a.state = 'withdrawn'")
    if items:
        shares = [
            number
            for outcome in outcomes
            for number in (outcome, sql.one("select round(100.0 * %(a)s / %(b)s, 1)", a=outcome, b=items))
        ]  # fmt: skip
        assert numbers(places["summary"]) == [
            items + merged, *filter(None, [merged]), items, *shares, *filter(None, [withdrawn]),
            *filter(None, [first_replies]),
            *([] if rate is None else [rate]),
        ]  # fmt: skip
    assert numbers(places["collection"])[-1] == before
    held = sql.held(obligation)
    diverted = sql.held(obligation, "case when count(diverted) = count(*) then sum(diverted) end")
    assert numbers(places["diverted"]) == ([diverted] if diverted else [])
    turns = sql.held(obligation, "coalesce(array_agg(turns order by starts_at), '{}')")
    assert numbers(places["course"]) == [n for n in turns if n is not None]
    if held:
        said = numbers(places["strengths"])
        assert said[0] == held
        if total[1] is not None:
            assert said[1] == total[1]
            assert total[8] is None or said[2] == total[8]
        answered = spoken + written
        assert (
            not answered or f"Đã trả lời {answered} trong tổng số {items} " in places["strengths"]
        )
    late_promises = late + mine[1]
    for number, sentence in (
        (overdue, "Còn {} nội dung trả lời quá hạn."),
        (waiting - overdue, "Còn {} nội dung đang xem xét, chưa đến hạn trả lời."),
        (late_promises, "Còn {} nội dung kết luận thực hiện quá hạn."),
    ):
        assert (sentence.format(number) in places["limits"]) == bool(number)
        assert bool(number) or sentence.split("{}")[1] not in places["limits"]
    still = open_state + late + mine[0] + mine[1]
    assert (f"Tiếp tục thực hiện {still} nội dung" in places["next"]) == bool(still)
    assert (f"Trả lời {waiting} nội dung" in places["next"]) == bool(waiting)
    return items


def assert_desk(client, user, period, board, at):
    today = day_of(at)
    derived = sql.desk(period, board, at, today)
    held = {row[0]: row[1] for row in sql.conferences_of(period, board)}
    beside = sql.opened_and_told(period, board)
    opened, told = 0, []
    for row in with_told(desk(period, board, at=at)):
        assert (row.status, row.days_late, row.days_over, row.warnings) == derived[
            row.obligation.committee_id
        ], row.obligation
        assert len(row.held) == held[row.obligation.committee_id]
        names, people, _reminded = beside[row.obligation.committee_id]
        people = [] if row.status in ("issued", "late", "exempt") else people
        counted = [row.obligation.openings[key] for key in COLUMNS]
        assert counted == sql.openings(row.obligation.committee, period, at)
        assert counted[0] == sum(counted) - counted[0] - counted[2]
        assert row.obligation.openings["opened"] == names
        assert [one.person.full_name for one in row.told] == people
        opened, told = opened + names, told + people
    status = [one[0] for one in derived.values()]
    settled = [pk for pk, one in derived.items() if one[0] in ("issued", "late")]
    held_ever = [pk for pk, number in held.items() if number]
    unreported = len(set(held_ever) - set(settled))

    client.force_login(user)
    page = client.get(reverse("board:board_desk_of", args=[period.code])).text
    shown = numbers(_text(page, r'class="desk-sum">(.*?)</p>'))
    free = status.count("exempt")
    expected = [len(settled), len(status) - free]
    expected += [len(held_ever), unreported] if unreported else []
    expected += [
        n for name in ("late", "missing", "incomplete", "none") if (n := status.count(name))
    ]
    assert shown == expected + ([free] if free else [])
    assert sum(map(int, re.findall(r"đã mở (\d+) tên niêm phong", page))) == opened
    assert sorted(re.findall(r"Đã báo cho đồng chí ([^,]+), ngày", page)) == sorted(told)
    warned = [code for one in derived.values() for code in one[3]]
    for code in set(warned) | {"no_date", "not_held", "no_draft", "not_issued"}:
        chip = re.search(rf'href="\?warning={code}"[^>]*>[^<]*: (\d+)</a>', page)
        assert int(chip[1] if chip else 0) == warned.count(code)
    return len(settled), len(status) - free


def _text(page, pattern):
    found = re.search(pattern, page, re.S)
    return re.sub(r"<[^>]*>", " ", found[1]) if found else ""


def assert_home(client, user, board, at):
    """What the Board's people read first: what arrived, what is missing, how many are in."""
    client.force_login(user)
    page = client.get(reverse("reports:home")).text
    periods = ReportingPeriod.objects.filter(obligations__board=board).distinct()
    for period in periods:
        derived = sql.desk(period, board, at, day_of(at))
        arrived = sql.one(
            "select count(*) from version join due on due.id = version.obligation_id "
            "where version.state = 'issued' and due.period_id = %(p)s and due.board_id = %(b)s",
            p=period.pk,
            b=board.pk,
        )
        part = _text(page, rf"<h2>{period.label}</h2>(.*?)</section>")
        said = re.search(r"(\d+) báo cáo chờ", part)
        assert int(said[1] if said else 0) == arrived
        over = sum(
            left[2] > 0 and left[0] not in ("issued", "late", "exempt") for left in derived.values()
        )
        said = re.search(r"(\d+) báo cáo (?:đã )?quá hạn", part)
        assert int(said[1] if said else 0) == over
    running = periods.filter(starts_on__lte=day_of(at), due_before__gt=day_of(at)).first()
    if running is None:
        return
    derived = sql.desk(running, board, at, day_of(at))
    settled = sum(one[0] in ("issued", "late") for one in derived.values())
    line = _text(page, rf'class="lead-facts">\s*<a href="[^"]*{running.code}/">([^<]*)</a>')
    free = sum(one[0] == "exempt" for one in derived.values())
    assert numbers(line)[:2] == [settled, len(derived) - free]


def assert_consolidated(period, board, at):
    today = day_of(at)
    figures = consolidated_figures(board, period, at=at)
    document = consolidated_document(board, period, figures, at=at)
    tables, _, _ = blocks(document)
    sentences = [block["text"] for block in document["body"] if block["type"] == "paragraph"]
    everybody = sql.desk(period, board, at, today)
    free = {pk for pk, one in everybody.items() if one[0] == "exempt"}
    derived = {pk: one for pk, one in everybody.items() if pk not in free}
    held = {row[0]: row[1:] for row in sql.conferences_of(period, board) if row[0] in derived}
    by_committee = {row[0]: row[1:] for row in sql.reported(period, board, today, by="committee")}
    names = {c.name: c for c in Committee.objects.filter(pk__in=derived)}
    count = {
        name: sum(one[0] == name for one in derived.values())
        for name in ("issued", "late", "incomplete", "automatic")
    }
    settled = [pk for pk, one in derived.items() if one[0] in ("issued", "late")]
    organised = [pk for pk, row in held.items() if row[0]]
    unreported = len(set(organised) - set(settled))

    for row in tables["sheet1"]["rows"]:
        committee = names[row[1]]
        number, last, present, *_ = held[committee.pk]
        assert row[3] == committee.party_members
        assert row[5:8] == [number, short_date(last and last.isoformat()), present if number else 0]
        late = re.search(r"(?:Chậm|quá hạn) (\d+) ngày", row[9])
        status, days_late, days_over, _ = derived[committee.pk]
        expected = {"late": days_late, "missing": days_over}.get(status, 0)
        assert int(late[1] if late else 0) == expected
    beside = sql.opened_and_told(period, board)
    for row in tables["missing"]["rows"]:
        assert row[4] == beside[names[row[1]].pk][2]
    total = tables["sheet1"]["total"]
    everybody = [row[0:] for row in held.values()]
    conferences = sum(row[0] for row in everybody)
    present = sum(row[2] or 0 for row in everybody)
    turns = sum(row[4] or 0 for row in everybody)
    assert [total[3], total[5], total[7]] == [
        sum(c.party_members or 0 for c in names.values()), conferences, present,
    ]  # fmt: skip
    assert numbers(total[1]) == [len(organised), len(derived)]

    for row in [*tables["kinds"]["rows"], tables["kinds"]["total"]]:
        kind = {"Đảng ủy cơ sở": "base", "Đảng ủy cấp trên cơ sở": "above_base"}.get(row[0])
        of_kind = {c.pk for c in names.values() if kind is None or c.kind == kind}
        status = [derived[pk][0] for pk in of_kind]
        assert row[1:] == [
            len(of_kind), len(of_kind & set(organised)), len(of_kind & set(settled)),
            *(status.count(name) for name in ("issued", "late", "incomplete", "automatic")),
            sum(one not in count for one in status),
            len(of_kind & set(organised) - set(settled)),
        ]  # fmt: skip

    organised_sentence, *more = (s for s in sentences if s.startswith("Có "))
    assert [numbers(one)[0] for one in more] == ([len(free)] if free else [])
    named = {row["name"] for row in figures["exempt"]}
    assert named == set(Committee.objects.filter(pk__in=free).values_list("name", flat=True))
    not_sent = len(derived) - sum(count.values())
    assert numbers(organised_sentence) == [
        len(derived), len(organised), *filter(None, [unreported]), len(settled),
        sql.one("select round(100.0 * %(a)s / %(b)s, 1)", a=len(settled), b=len(derived)),
        count["issued"], count["late"],
        *filter(None, [count["incomplete"], count["automatic"]]), not_sent,
    ]  # fmt: skip
    if conferences:
        (size_sentence,) = (s for s in sentences if s.startswith("Toàn Khối có "))
        known, spoke = sum(row[3] for row in everybody), sum(row[5] for row in everybody)
        assert numbers(size_sentence) == [
            len(organised), conferences, present, *([known, conferences] if known < conferences else []),
            turns, *([spoke, conferences] if spoke < conferences else []),
        ]  # fmt: skip

    themes = sql.reported(period, board, today, by="theme")
    assert [row[1:] for row in tables["sheet3"]["rows"]] == [row[:-2] for row in themes] if by_committee else True  # fmt: skip
    rows = {row[1]: row for row in tables["sheet4"]["rows"]}
    assert {names[name].pk for name in rows} == set(by_committee)
    for name, row in rows.items():
        items, _before, _live, *outcomes, overdue, rate, _, _, _, _ = by_committee[names[name].pk]
        assert row[2:-2] == [items, *outcomes, overdue, rate]
    if not by_committee:
        return 0
    (together,) = sql.reported(period, board, today, by="all")
    _, items, before, live, *outcomes, overdue, rate, _, share, spoken, reports = together
    assert tables["sheet3"]["total"][2:] == [
        items,
        before,
        live,
        *outcomes,
        overdue,
        rate,
        "",
        share,
    ]
    assert tables["sheet4"]["total"][2:-2] == [items, *outcomes, overdue, rate]
    replied = sql.first_replies_reported(period, board, today)
    days = sql.days_to_answers_reported(period, board, today)
    assert tables["sheet4"]["total"][-2:] == [days, replied]
    promises = sql.promises_reported(period, board, today)
    assert {
        names[row[1]].pk: (row[2], row[3], row[5]) for row in tables["sheet6"]["rows"]
    } == promises
    (questions,) = (s for s in sentences if s.startswith("Tổng hợp từ ") and "nội dung" in s)
    assert numbers(questions) == [
        reports, len(derived), *filter(None, [count["automatic"]]), items, *outcomes,
        *([] if rate is None else [rate]), overdue, replied,
    ]  # fmt: skip
    assert_ratings_together(period, board, today, sentences)
    assert_compared(period, board, today, tables["sheet2"]["rows"])
    now = [row[1] for row in tables["sheet2"]["rows"]]
    assert now == [
        len(derived), len(organised), conferences, present, turns, reports, items, spoken, rate,
        replied, overdue, outcomes[3], sql.kept_promises(period, board, today),
    ]  # fmt: skip
    return items


def test_percentages_are_those_of_a_calculator():
    found = {
        (part, whole): percentage(part, whole)
        for whole in range(1, 90)
        for part in range(whole + 1)
    }

    again = sql.rows(
        "select a, b, round(100.0 * a / b, 1) from generate_series(1, 89) b, generate_series(0, b) a"
    )

    assert found == {(part, whole): share for part, whole, share in again}
    assert found[1, 16] == 6.3


SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 20))]


@pytest.mark.parametrize("seed", SEEDS)
def test_generated_periods(client, world, seed, monkeypatch):
    monkeypatch.setattr("reports.domain.issuing.checklist", lambda report, *, at, figures=None: [])
    items, now = 0, sql.one("select now()")  # which pages go by
    for period in make_periods(world, seed=seed):
        for obligation in Obligation.objects.filter(period=period):
            items += assert_report(obligation, NOW)
        assert_consolidated(period, world.board, NOW)
        assert_desk(client, world.officer, period, world.board, now)
    assert_home(client, world.officer, world.board, now)
    for user in (world.secretary, world.clerk, world.other_secretary):
        assert assert_office(client, user, now)
    assert items


@pytest.mark.long
def test_the_demo(client, settings):
    settings.DEMO = True
    call_command("seed_demo", committees=12)
    board = Committee.objects.get(code="BDV")
    user = User.objects.get(username="chuyenvien")
    at = sql.one("select now()")
    seen = []
    for period in ReportingPeriod.objects.filter(obligations__board=board).distinct():
        seen.append(assert_desk(client, user, period, board, at))
        seen.append(assert_consolidated(period, board, at))
        for obligation in Obligation.objects.filter(period=period):
            seen.append(assert_report(obligation, at))
    assert_home(client, user, board, at)
    offices = User.objects.filter(memberships__role__in=("secretary", "clerk")).distinct()
    assert sum(assert_office(client, user, at) for user in offices)
    assert all(seen[:2])
    # one of what an asker has seen, one of what a leader has added
    assert sorted(one.owner_kind for one in Attachment.objects.all()) == ["answer", "question"]
