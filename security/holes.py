"""Two holes, in the settings of the scan alone: who misses them has shown nothing elsewhere.

One page repeats what was sent, one asks the database what was sent; `planted.START` leads to both.
"""

from django.db import connection
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.urls import path

from dialogue_portal import urls
from security.planted import ASKED, ECHO, START

handler400, handler500 = urls.handler400, urls.handler500


def ways_in(request):
    return HttpResponse(
        f'<a href="{ECHO}?word=abc">a</a><form method="post" action="{ASKED}">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
        '<input name="number" value="1"></form>'
    )


def echo(request):
    return HttpResponse(f"<p>{request.GET.get('word', '')}</p>")


def asked(request):
    with connection.cursor() as cursor:
        sentence = f"SELECT count(*) FROM committees_user WHERE id = {request.POST['number']}"
        cursor.execute(sentence)
        return HttpResponse(f"<p>{cursor.fetchone()[0]}</p>")


urlpatterns = [
    path(START[1:], ways_in, name="scan_holes"),
    path(ECHO[1:], echo, name="scan_echo"),
    path(ASKED[1:], asked, name="scan_asked"),
    *urls.urlpatterns,
]
