"""The slips that are drawn from a box: a PDF, eight to a page, in random order."""

import io

import segno
from django.conf import settings
from django.template.loader import render_to_string


def slips_pdf(conference, codes):
    """Return the PDF of the slips; the codes are set in it and nowhere else."""
    from weasyprint import HTML  # slow to load, and needed here alone
    from weasyprint.urls import URLFetcher

    html = render_to_string(
        "sessions/pdf/slips.html",
        {
            "conference": conference,
            "slips": [{"code": code, "qr": _qr(code)} for code in codes],
            "address": settings.ANONYMOUS_BASE_URL,
        },
    )
    nothing = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    return HTML(string=html, url_fetcher=nothing).write_pdf()


def _qr(code):
    """Return an SVG that leads to the page with the code in the fragment, which is never sent."""
    picture = io.BytesIO()
    segno.make(f"{settings.ANONYMOUS_BASE_URL}/#phieu={code}", error="m").save(
        picture, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True
    )
    return picture.getvalue().decode()
