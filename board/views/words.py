"""The Board's own words in its consolidated report: read place by place, and written."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from board.domain import issuing_consolidated, words
from foundation.acts import attempt
from reports import permissions
from reports.forms import NarrativeForm
from reports.models import ConsolidatedReport, ConsolidatedText


def _find(request, pk):
    consolidated = get_object_or_404(
        ConsolidatedReport.objects.visible_to(request.user).select_related("board", "period"), pk=pk
    )
    if not permissions.can_write_consolidated(request.user, consolidated):
        raise PermissionDenied
    return consolidated


@require_GET
def consolidated_words(request, pk):
    """Every place with what stands there now, and what is odd about it."""
    consolidated = _find(request, pk)
    board, period = consolidated.board, consolidated.period
    texts = words.texts_of(board, period, consolidated.snapshot["figures"])
    written = {
        one.key: one
        for one in ConsolidatedText.objects.filter(board=board, period=period).select_related(
            "changed_by"
        )
    }
    wrong = issuing_consolidated.wrong_numbers(consolidated, at=request.at)
    return render(
        request,
        "board/consolidated_words.html",
        {
            "consolidated": consolidated,
            "places": [
                (key, title, texts[key], written.get(key), wrong.get(key))
                for key, title in words.PLACES.items()
            ],
            "is_newer": texts != issuing_consolidated.words_of(consolidated),
        },
    )


def consolidated_word(request, pk, place):
    """The form of one place; for what went well, with what the committees say of themselves."""
    consolidated = _find(request, pk)
    board, period, key = consolidated.board, consolidated.period, place
    if key not in words.PLACES:
        raise Http404
    proposed = words.proposals(consolidated.snapshot["figures"])[key]
    written = ConsolidatedText.objects.filter(board=board, period=period, key=key).first()
    stands = {
        "text": written.text if written else proposed,
        "version": written.version if written else 0,
    }
    back = f"{reverse('board:consolidated_words', args=[pk])}#place-{key}"
    said = words.practices(board, period) if key == "good" else []
    form, tried = NarrativeForm(initial=stands), None
    if request.method == "POST":
        if "use_proposal" in request.POST:
            words.use_proposal(board, period, key=key)
            return redirect(back)
        if taken := _taken(request.POST, said):
            form = NarrativeForm(initial=taken)
        else:
            form = NarrativeForm(request.POST)
            write = partial(
                words.write_text, board, period, key=key, by=request.user, at=request.at
            )
            tried = attempt(request, form, write, standing=lambda: stands)
            # Where both say the same, the answer to the first try was lost.
            if tried.is_done or tried.conflict == []:
                return redirect(back)
    return render(
        request,
        "board/consolidated_word.html",
        {
            "consolidated": consolidated,
            "key": key,
            "title": words.PLACES[key],
            "form": form,
            "proposed": proposed,
            "practices": said,
            "conflict": tried.conflict if tried else None,
        },
        status=tried.status if tried else 200,
    )


def _taken(sent, said):
    """Return what the form holds once the words of a committee are taken over; None if none are."""
    for pk, name, text in said:
        if sent.get("take") == str(pk):
            typed = sent.get("text", "").strip()
            return {
                "text": "\n".join(filter(None, [typed, f"{name}: {text}"])),
                "version": sent.get("version", "0"),
            }
    return None
