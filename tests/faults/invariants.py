"""What must be true whatever has been killed, and when: (i) to (vi) of the fault page."""

import datetime as dt
import time
from collections import Counter

from django.conf import settings

from foundation import files
from foundation.clock import database_now
from jobs.models import Delivery, Rendering
from jobs.states import JobState
from reports.domain.inbox import verify_inbox
from reports.models import InboxItem, Report

LONGEST_WAIT = dt.timedelta(minutes=15)
ENDED = (JobState.DONE, JobState.FAILED, JobState.BOUNCED)


def check(messages=(), *, reports=None, all_done=True):
    """Assert every invariant; `messages` are those the mail server took.

    With `all_done` nothing may be left to do. Returns counts for the table of figures.
    """
    issued = Report.objects.issued()
    keys = Counter(issued.values_list("obligation", "version"))
    assert all(number == 1 for number in keys.values())
    assert reports is None or len(keys) == reports
    arrivals = Counter(InboxItem.objects.values_list("report", flat=True))
    assert set(arrivals) == set(issued.values_list("pk", flat=True))
    assert all(number == 1 for number in arrivals.values())
    numbers = InboxItem.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(arrivals) + 1))
    assert not verify_inbox()

    assert set(Rendering.objects.values_list("report", flat=True)) == set(arrivals)
    for job in Rendering.objects.filter(state=JobState.DONE):
        assert files.read(job.file, job.sha256).startswith(b"%PDF-")

    latest = database_now() + LONGEST_WAIT
    for model in (Rendering, Delivery):
        waiting = model.objects.exclude(state__in=ENDED)
        assert not (all_done and waiting.exists()), list(waiting.values("state", "error")[:3])
        assert not waiting.filter(state=JobState.QUEUED, next_at__gt=latest).exists()
        failed = list(model.objects.filter(state=JobState.FAILED).values("error", "attempt"))
        assert not failed, failed

    seen = Counter(message["Message-ID"] for message in messages)
    sent = set(Delivery.objects.filter(state=JobState.DONE).values_list("message_id", flat=True))
    assert not messages or sent <= set(seen)
    addressees = {(m["Message-ID"], tuple(m.sent_to)) for m in messages}
    assert len(addressees) == len(seen)  # the same message never goes to somebody else

    old = [
        path
        for path in settings.FILES_DIR.glob(".new-*")
        if time.time() - path.stat().st_ctime > 3600 + 120  # looked at each minute
    ]
    assert not old
    return {
        "reports": len(keys),
        "inbox": len(arrivals),
        "files": Rendering.objects.filter(state=JobState.DONE).count(),
        "plain": Rendering.objects.filter(is_plain=True).count(),
        "mails": len(seen),
        "mail repeated": sum(seen.values()) - len(seen),
    }
