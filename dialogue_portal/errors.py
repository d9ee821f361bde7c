from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render


@login_not_required
def csrf_failure(request, reason=""):
    """Say kindly that the form has grown old, and keep what was typed."""
    return render(request, "403_csrf.html", status=403)
