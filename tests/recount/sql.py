"""Every figure once more, in plain SQL on the tables: nothing of the portal's own counting.

Each conference counts for the first obligation whose days contain the day on which it was held;
what it received is what was asked for it. Days are those of Hà Nội.
"""

from django.db import connection

DAY = "({} at time zone 'Asia/Ho_Chi_Minh')::date"
MIDNIGHT = "({}::timestamp at time zone 'Asia/Ho_Chi_Minh')"
COUNTED = (
    "('received','classified','assigned','answered_live','answered_written',"
    "'escalated','referred','declined')"
)
OPEN = "('received','classified','assigned')"
WITH = f"""
with due as (
    select o.*, p.starts_on, greatest(p.due_before, o.extended_to) as due
    from reports_obligation o join reports_reportingperiod p on p.id = o.period_id
), dialogue as (
    select distinct on (c.id) c.*, {DAY.format("c.starts_at")} as held_day,
        c.state in ('held','closed') as happened, due.id as obligation
    from dialogue_sessions_conference c join due on due.committee_id = c.committee_id
        and {DAY.format("c.starts_at")} >= due.starts_on and {DAY.format("c.starts_at")} < due.due
    order by c.id, due.starts_on
), asked as (
    select q.*, dialogue.obligation, coalesce(t.parent_id, t.id) as group_id,
        'HN' || dialogue.number || '-C' || lpad(q.number::text, 3, '0') as code
    from dialogue_sessions_question q
    join dialogue on dialogue.id = q.conference_id
        and dialogue.state in ('held','closed','cancelled')
    left join dialogue_sessions_theme t on t.id = q.theme_id
), promised as (
    select k.*, mine.id as obligation, mine.starts_on,
        own.obligation is not distinct from mine.id and own.happened as is_own
    from dialogue_sessions_commitment k
    join due mine on mine.committee_id = k.committee_id
    join dialogue_sessions_conference c on c.id = k.conference_id
    left join dialogue own on own.id = c.id
    left join due owed on owed.id = own.obligation
    where k.state <> 'cancelled' and (
        (own.obligation = mine.id and own.happened)
        or (({DAY.format("c.starts_at")} < mine.starts_on
             or (own.obligation <> mine.id and owed.starts_on < mine.starts_on))
            and (k.state = 'open' or exists (
                select 1 from dialogue_sessions_commitmentmove m
                where m.commitment_id = k.id and m.to_state = 'done' and m.at >= %(first)s))))
), version as (
    select r.*, coalesce(i.data_missing, false) as data_missing, due.due,
        coalesce(max(r.version) filter (where r.state = 'withdrawn')
                 over (partition by r.obligation_id), 0) as gone
    from reports_report r join due on due.id = r.obligation_id
    left join reports_inboxitem i on i.report_id = r.id
), standing as (
    select * from version where state <> 'draft' and version > gone
)
"""
OUTCOMES = f"""
    count(a.id), count(a.id) filter (where not a.raised_live),
    count(a.id) filter (where a.raised_live),
    count(a.id) filter (where a.state = 'answered_live'),
    count(a.id) filter (where a.state = 'answered_written'),
    count(a.id) filter (where a.state in {OPEN}),
    count(a.id) filter (where a.state = 'escalated'),
    count(a.id) filter (where a.state = 'referred'),
    count(a.id) filter (where a.state = 'declined'),
    count(a.id) filter (where a.state in {OPEN} and a.due_on < %(today)s and a.clock_stopped_on is null),
    round(100.0 * count(a.id) filter (where a.state in ('answered_live','answered_written'))
        / nullif(count(a.id) filter (where a.state not in ('referred','declined')), 0), 1)
"""
PEOPLE = (
    "invited", "present", "party_members", "civil_servants", "public_employees", "workers",
    "women", "online",
)  # fmt: skip


def rows(query, **given):
    """Return what the query gives, numbers as Python has them."""
    given.setdefault("first", None)
    with connection.cursor() as cursor:
        cursor.execute(WITH + query, given)
        return [[float(v) if type(v).__name__ == "Decimal" else v for v in r] for r in cursor]


def one(query, **given):
    (row,) = rows(query, **given)
    return row[0] if len(row) == 1 else row


def themes(obligation, today):
    """Bảng 3: a row for each group and the sum of all, without the number in front."""
    return rows(
        f"""select t.name, {OUTCOMES} from dialogue_sessions_theme t
        left join asked a on a.group_id = t.id and a.obligation = %(o)s and a.state in {COUNTED}
        where t.parent_id is null group by rollup ((t.number, t.name))
        order by t.number nulls last""",
        o=obligation.pk,
        today=today,
    )


def attendance(obligation):
    """Bảng 1: one row a conference, and their sum where all are known."""
    each = ", ".join(f"n.{name}" for name in PEOPLE)
    sums = ", ".join(
        f"case when count(n.id) = count(*) then sum(n.{name}) end::int" for name in PEOPLE
    )
    share = "round(100.0 * {} / nullif({}, 0), 1)"
    source = (
        "from dialogue d left join dialogue_sessions_attendance n on n.conference_id = d.id "
        "where d.happened and d.obligation = %(o)s"
    )
    single = rows(
        f"select {each}, {share.format('n.present', 'n.invited')} {source} order by d.starts_at",
        o=obligation.pk,
    )
    total = one(
        f"select {sums}, case when count(n.id) = count(*) then "
        f"{share.format('sum(n.present)', 'sum(n.invited)')} end {source}",
        o=obligation.pk,
    )
    return single, total


def asked(obligation, condition, *, count="count(*)", **given):
    return one(
        f"select {count} from asked a where a.obligation = %(o)s and {condition}",
        o=obligation.pk,
        **given,
    )


def held(obligation, what="count(*)"):
    return one(
        f"select {what} from dialogue where happened and obligation = %(o)s", o=obligation.pk
    )


def promised(obligation, today, *, own):
    """[in progress, overdue, done] of the own conferences, or of what came from before."""
    first = one(
        f"""select {
            MIDNIGHT.format('''greatest(starts_on, coalesce((
            select max(e.due) from due e where e.committee_id = due.committee_id
            and e.starts_on < due.starts_on and e.due < due.due), starts_on))''')
        }
        from due where id = %(o)s""",
        o=obligation.pk,
    )
    return one(
        """select count(*) filter (where state = 'open' and due_on >= %(today)s),
        count(*) filter (where state = 'open' and due_on < %(today)s),
        count(*) filter (where state = 'done')
        from promised where obligation = %(o)s and is_own = %(own)s""",
        o=obligation.pk,
        today=today,
        own=own,
        first=first,
    )


def desk(period, board, at, today):
    """{committee id: (status, days late, days over, [warnings])}, as the Board's desk derives it."""
    found = rows(
        f"""
        , stands as (
            select due.id, due.committee_id, due.due,
                (select data_missing from standing s where s.obligation_id = due.id
                 order by version desc limit 1) as incomplete,
                (select min(issued_at) from standing s where s.obligation_id = due.id
                 and not data_missing and not is_automatic) as whole,
                exists (select 1 from standing s where s.obligation_id = due.id) as sent,
                exists (select 1 from version s where s.obligation_id = due.id
                        and s.state = 'draft') as draft,
                exists (select 1 from version s where s.obligation_id = due.id
                        and (s.state <> 'draft' or s.changed_at > s.created_at)) as touched,
                exists (select 1 from version s where s.obligation_id = due.id
                        and s.not_held_reason <> '') as explained,
                exists (select 1 from dialogue d where d.obligation = due.id
                        and d.happened) as held,
                exists (select 1 from dialogue d where d.obligation = due.id
                        and d.state in ('scheduled','postponed')) as ahead,
                (select is_on from reports_exemption e where e.obligation_id = due.id
                 order by at desc, id desc limit 1) as exempt
            from due where due.period_id = %(period)s and due.board_id = %(board)s
        )
        select committee_id, case
            when incomplete then 'incomplete'
            when whole < {MIDNIGHT.format("due")} then 'issued'
            when whole is not null then 'late'
            when sent then 'automatic'
            when exempt and not held and not ahead then 'exempt'
            when %(at)s >= {MIDNIGHT.format("due")} then 'missing'
            when draft then 'draft' when held then 'held'
            when ahead then 'scheduled' else 'none' end,
            case when whole is null then 0
                else greatest(0, {DAY.format("whole")} - due + 1) end,
            greatest(0, %(today)s - due + 1),
            due - %(today)s - 1, held or ahead or explained, held or explained, touched
        from stands""",
        period=period.pk,
        board=board.pk,
        at=at,
        today=today,
    )
    desk = {}
    for committee, status, late, over, left, dated, was_held, touched in found:
        warned = [
            code
            for days, code, done in (
                (3, "not_issued", False),
                (10, "no_draft", touched),
                (20, "not_held", was_held),
                (45, "no_date", dated),
            )
            if left < days and not done
        ]
        if status in ("issued", "late", "automatic", "exempt"):
            warned = []
        desk[committee] = (status, late, over, warned)
    return desk


def conferences_of(period, board):
    """[committee, held, last day, present, how many known, turns, how many known] of each."""
    return rows(
        """select due.committee_id, count(d.id), max(d.held_day), sum(n.present), count(n.id),
        sum(d.turns), count(d.turns)
        from due left join dialogue d on d.obligation = due.id and d.happened
        left join dialogue_sessions_attendance n on n.conference_id = d.id
        where due.period_id = %(period)s and due.board_id = %(board)s
        group by due.committee_id""",
        period=period.pk,
        board=board.pk,
    )


NUMBERS = (
    "items", "before", "live", "answered_live", "answered_written", "in_progress", "escalated",
    "referred", "declined",
)  # fmt: skip
REPORTED = f"""
, newest as (
    select distinct on (r.obligation_id) r.*, due.committee_id
    from reports_report r join due on due.id = r.obligation_id
    left join reports_inboxitem i on i.report_id = r.id
    where due.period_id = %(period)s and due.board_id = %(board)s
      and r.state in ('issued','acknowledged','returned') and not coalesce(i.data_missing, false)
    order by r.obligation_id, r.version desc
), line as (
    select newest.committee_id, t.value as value, t.ordinality as place,
        (select count(*) from jsonb_array_elements(newest.snapshot->'figures'->'open_items') o
         join asked a on a.committee_id = newest.committee_id and a.code = o.value->>'code'
         where a.state in {OPEN} and a.due_on < %(today)s and a.clock_stopped_on is null
           and o.value->>'group' = t.value->>'theme') as overdue
    from newest, jsonb_array_elements(newest.snapshot->'figures'->'themes') with ordinality t
)
"""
SUMS = ", ".join(f"sum((value->>'{name}')::int)::int" for name in NUMBERS)
RATE = (
    "round(100.0 * sum((value->>'answered_live')::int + (value->>'answered_written')::int)"
    " / nullif(sum((value->>'items')::int - (value->>'referred')::int"
    " - (value->>'declined')::int), 0), 1)"
)


def reported(period, board, today, *, by):
    """Sums over the frozen reports: by the group of questions, by the committee, or of all."""
    key = {"theme": "value->>'theme'", "committee": "committee_id", "all": "1"}[by]
    order = "min(place)" if by == "theme" else "1"
    return rows(
        REPORTED
        + f"""select {key}, {SUMS}, sum(overdue)::int, {RATE},
        count(distinct committee_id) filter (where (value->>'items')::int > 0),
        round(100.0 * sum((value->>'items')::int) / nullif((select sum((value->>'items')::int) from line), 0), 1),
        round(100.0 * sum((value->>'answered_live')::int) / nullif(sum((value->>'items')::int), 0), 1),
        count(distinct committee_id)
        from line group by {key} order by {order}""",
        period=period.pk,
        board=board.pk,
        today=today,
    )


def kept_promises(period, board, today):
    """What the reports say of the last period's promises, in percent."""
    return one(
        REPORTED
        + """select round(100.0 * count(*) filter (where p.value->>'state' = 'done')
        / nullif(count(*), 0), 1)
        from newest, jsonb_array_elements(newest.snapshot->'figures'->'previous') p""",
        period=period.pk,
        board=board.pk,
        today=today,
    )


def promises_reported(period, board, today):
    """Biểu 6: {committee: (all, done, late)} of what the reports say of earlier conclusions."""
    return {
        row[0]: tuple(row[1:])
        for row in rows(
            REPORTED
            + """select newest.committee_id, count(p.value)::int,
            count(*) filter (where p.value->>'state' = 'done')::int,
            count(*) filter (where p.value->>'state' <> 'done' and (p.value->>'is_overdue')::boolean)::int
            from newest left join lateral jsonb_array_elements(newest.snapshot->'figures'->'previous') p
            on true group by newest.committee_id""",
            period=period.pk,
            board=board.pk,
            today=today,
        )
    }


def first_replies_reported(period, board, today):
    """Open questions with a first reply, over all the reports, from their annex 1."""
    return one(
        REPORTED
        + """select count(*)::int from newest, jsonb_array_elements(newest.snapshot->'figures'->'items') i
        where i.value->>'outcome' = 'in_progress' and i.value->>'first_reply_on' is not null""",
        period=period.pk,
        board=board.pk,
        today=today,
    )


def days_to_answers_reported(period, board, today):
    """The mean of the days from conference to written answer, over all the reports."""
    return one(
        REPORTED
        + """select round(avg(greatest(0, (i.value->>'answered_on')::date - (i.value->>'held_on')::date)), 1)
        from newest, jsonb_array_elements(newest.snapshot->'figures'->'items') i
        where i.value->>'outcome' = 'answered_written' and i.value->>'answered_on' is not null""",
        period=period.pk,
        board=board.pk,
        today=today,
    )


RATED = ("answered", "partly", "not")


def ratings(obligation):
    """{value: how many askers of the period rated so}, shown or not."""
    return dict(
        rows(
            """select r.value, count(*) from dialogue_sessions_rating r
            join asked a on a.id = r.question_id where a.obligation = %(o)s group by r.value""",
            o=obligation.pk,
        )
    )


def ratings_reported(period, board, today):
    """[reports that show them, all ratings, one number a value: none where one is hidden]."""
    each = ", ".join(
        f"case when count(v->>'{name}') = count(*) then sum((v->>'{name}')::int)::int end"
        for name in RATED
    )
    return one(
        REPORTED
        + f"""select count(*), sum((v->>'total')::int)::int, {each}
        from (select snapshot->'figures'->'ratings' as v from newest) shown
        where (v->>'total')::int > 0""",
        period=period.pk,
        board=board.pk,
        today=today,
    )


MEMBER = (
    "exists (select 1 from committees_membership m where m.user_id = %(user)s"
    " and m.committee_id = {} and m.role in {} and m.starts_on <= %(today)s"
    " and (m.ends_on is null or m.ends_on >= %(today)s))"
)
OFFICE = "('secretary','clerk')"


def opened_and_told(period, board):
    """{committee id: (names opened, [who was told by name], times reminded)} in the period.

    Requests for a name count from the first midnight of the period to that of its own date; whoever was told
    of a date that has been moved since was told of another one.
    """
    found = rows(
        f"""select due.committee_id,
            (select count(*) from dialogue_sessions_unsealing u
             join dialogue_sessions_openingrequest o on o.id = u.request_id
             where o.committee_id = due.committee_id
             and o.at >= {MIDNIGHT.format("p.starts_on")} and o.at < {MIDNIGHT.format("p.due_before")}),
            (select coalesce(array_agg(u.full_name order by e.at, e.id), '{{}}')
             from reports_escalation e
             join reports_delivery d on d.id = e.delivery_id and d.state = 'done'
             join committees_user u on u.id = e.person_id
             where e.obligation_id = due.id and e.due_before = due.due),
            (select count(*) from reports_remindersent r
             where r.obligation_id = due.id and r.step like 'T%%')
        from due join reports_reportingperiod p on p.id = due.period_id
        where due.period_id = %(period)s and due.board_id = %(board)s""",
        period=period.pk,
        board=board.pk,
    )
    return {row[0]: tuple(row[1:]) for row in found}


def openings(committee, period, at):
    """[names asked for, agreed to, read, refused, taken back, lapsed, waiting] in the period."""
    verdicts = ", ".join(
        f"count(*) filter (where {rule})"
        for rule in (
            "true",
            "d.verdict = 'agreed'",
            "exists (select 1 from dialogue_sessions_unsealing u where u.request_id = o.id)",
            "d.verdict = 'refused'",
            "d.verdict = 'withdrawn'",
            "d.id is null and o.lapses_at <= %(at)s",
            "d.id is null and o.lapses_at > %(at)s",
        )
    )
    return one(
        f"""select {verdicts} from dialogue_sessions_openingrequest o
        left join dialogue_sessions_openingdecision d on d.request_id = o.id
        where o.committee_id = %(committee)s
        and o.at >= {MIDNIGHT.format("%(first_day)s")} and o.at < {MIDNIGHT.format("%(end)s")}""",
        committee=committee.pk,
        first_day=period.starts_on,
        end=period.due_before,
        at=at,
    )


OWED = (
    "q.state = 'assigned' and not exists (select 1 from dialogue_sessions_answer s"
    " where s.question_id = q.id and s.state = 'submitted')"
)


GIVEN_BACK = (
    "q.state = 'assigned' and exists (select 1 from dialogue_sessions_assignmentreply g"
    " where g.question_id = q.id and g.by_id = q.assignee_id and g.is_standing"
    " and g.verdict = 'refused' and g.insisted_at is null)"
)


def waiting(user, today):
    """{what: [how many, for each conference or committee that anything of it waits in]}."""
    office, secretary = (
        MEMBER.format("q.committee_id", roles) for roles in (OFFICE, "('secretary')")
    )
    kinds = {
        "to_write": f"{OWED} and q.assignee_id is null and {office}",
        "to_chase": f"{OWED} and q.assignee_id <> %(user)s and q.due_on <= %(today)s + 3 and q.clock_stopped_on is null and {office}"
        f" and not ({GIVEN_BACK})",
        "given_back": f"{GIVEN_BACK} and {office}",
        "to_sort": f"(q.state = 'received' or (q.state in {COUNTED} and not q.edited_ok))"
        f" and {office}",
        "to_clear": "q.state in ('assigned','escalated','referred') and exists (select 1 from "
        "dialogue_sessions_answer s where s.question_id = q.id and s.state = 'submitted')"
        f" and {secretary}",
    }
    given = {"user": user.pk, "today": today}
    found = {
        name: rows(
            "select count(*) from dialogue_sessions_question q"
            f" where {rule} group by q.conference_id order by 1",
            **given,
        )
        for name, rule in kinds.items()
    }
    found["late_promises"] = rows(
        "select count(*) from dialogue_sessions_commitment k where k.state = 'open'"
        " and k.due_on < %(today)s and k.owner_id is distinct from %(user)s"
        f" and {MEMBER.format('k.committee_id', OFFICE)} group by k.committee_id order by 1",
        **given,
    )
    return {name: [row[0] for row in numbers] for name, numbers in found.items()}


def reports_owed(user, today):
    """How many reports of the four newest periods still ask something of the user's office."""
    return one(
        f"""select count(*) from due where {MEMBER.format("due.committee_id", OFFICE)}
        and due.period_id in (select id from reports_reportingperiod
            where starts_on <= %(today)s order by year desc, half desc limit 4)
        and ('draft' = (select v.state from version v where v.obligation_id = due.id
                        order by v.version desc limit 1)
            or coalesce((select s.state = 'returned' or s.data_missing from standing s
                         where s.obligation_id = due.id order by s.version desc limit 1), true)
            or not exists (select 1 from standing s where s.obligation_id = due.id
                           and not s.data_missing and not s.is_automatic))""",
        user=user.pk,
        today=today,
    )


def indicators(period, board, today):
    """What the Board froze of an earlier period last, or what its tables say; late is unknown."""
    frozen = rows(
        "select snapshot->'figures'->'size' from reports_consolidatedreport"
        " where period_id = %(p)s and board_id = %(b)s order by version desc limit 1",
        p=period.pk,
        b=board.pk,
    )
    if frozen and frozen[0][0]:
        return [frozen[0][0][name] for name in INDICATORS]
    held = [row[1:] for row in conferences_of(period, board)]
    if not held:
        return [None] * len(INDICATORS)
    together = reported(period, board, today, by="all")
    items = escalated = live = rate = None
    number = 0
    if together:
        _, items, _, _, *outcomes, _, rate, _, _, live, number = together[0]
        escalated = outcomes[3]
    return [
        len(held), sum(row[0] > 0 for row in held), sum(row[0] for row in held),
        sum(row[2] or 0 for row in held), sum(row[4] or 0 for row in held), number, items, live,
        rate, None, escalated, kept_promises(period, board, today),
    ]  # fmt: skip


INDICATORS = (
    "committees", "held", "conferences", "present", "turns", "reports", "items", "live_rate",
    "rate", "overdue", "escalated", "done_rate",
)  # fmt: skip
