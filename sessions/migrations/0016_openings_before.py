"""Names that a secretary opened alone: each gets the request that it was, and no agreement.

It lapsed in the moment it was made, so nothing of it can be agreed to or read again. Where no
Board lies above the committee, the committee itself stands in its place.
"""

from django.db import migrations


def give_requests(apps, schema_editor):
    unsealings = apps.get_model("dialogue_sessions", "Unsealing")
    requests = apps.get_model("dialogue_sessions", "OpeningRequest")
    seen_marks = apps.get_model("dialogue_sessions", "OpeningSeen")
    put_away = apps.get_model("dialogue_sessions", "UnsealingSeen")
    committees = apps.get_model("committees", "Committee")
    seen = set(put_away.objects.values_list("pk", flat=True))
    found = unsealings.objects.select_related("question__conference", "committee").order_by("pk")
    for one in found:
        question = one.question
        number = f"C{question.number:03d}" if question.number else "C"
        request = requests.objects.create(
            question=question,
            committee=one.committee,
            board=_board_above(committees, one.committee),
            code=f"HN{question.conference.number}-{number}",
            by_id=one.by_id,
            by_name=one.by_name,
            reason=one.reason,
            at=one.at,
            lapses_at=one.at,
        )
        unsealings.objects.filter(pk=one.pk).update(request=request)
        if one.pk in seen:
            seen_marks.objects.create(request=request, stage="opened")


def _board_above(committees, committee):
    above = committee.parent_id
    while above:
        board = committees.objects.filter(parent_id=above, kind="board").first()
        if board:
            return board
        above = committees.objects.values_list("parent_id", flat=True).get(pk=above)
    return committee


class Migration(migrations.Migration):
    dependencies = [("dialogue_sessions", "0015_opening_by_two_bodies")]
    operations = [migrations.RunPython(give_requests, migrations.RunPython.noop)]
