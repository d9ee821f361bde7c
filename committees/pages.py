"""What the pages of committees and of their people share: the form that is sent, and its page."""

from django.shortcuts import render


def sent(request):
    """What the form was sent with, be it nothing; None for a form that is only looked at."""
    return request.POST if request.method == "POST" else None


def form_page(request, template, form, *, status=None, **context):
    """Return the page of a form; 422 where it was sent and something is wrong."""
    code = status or (422 if form.is_bound else 200)
    return render(request, f"committees/{template}.html", {"form": form, **context}, status=code)
