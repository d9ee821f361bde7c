"""What a portal has while it is scanned, and no other: no limits of tries, and a short memory."""

from django.db import connection, transaction

from committees.accounts import tries
from dialogue_portal.context import portal
from security.crawling import VIEW


class WithoutLimits:
    """Let a scanner guess: a portal that answers 429 to everything is not scanned."""

    def __init__(self, get_response):
        self.get_response = get_response
        tries.OF_AN_ACCOUNT = tries.OF_A_NAME = tries.OF_AN_ADDRESS = 10**9

    def __call__(self, request):
        return self.get_response(request)


class Forgets:
    """Take every act back after it was answered: the next request finds all as it was.

    So a form is open as long as it is scanned, and two answers differ by what was sent alone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code < 400:
                connection.check_constraints()  # what would be looked at when it is kept
            transaction.set_rollback(True)
        return response


class SaysWhich:
    """Name the view that answered, so that each is attacked once, whatever the row.

    What decides within a view which code runs is a part of the name.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if match := getattr(request, "resolver_match", None):
            kinds = [value for name, value in match.kwargs.items() if name == "kind"]
            response.headers[VIEW] = ":".join([match.view_name, *kinds])
        return response


FRAMES = {}


def frame(request):
    """What stands around every page, looked up once for each person.

    A portal that forgets has the same numbers in its menu the whole time, and to count them anew
    is half of the work of a page.
    """
    who = getattr(getattr(request, "user", None), "pk", None)
    if who not in FRAMES:
        FRAMES[who] = portal(request)
        for value in FRAMES[who].values():
            bool(value)  # now, and not with each page
    return FRAMES[who]
