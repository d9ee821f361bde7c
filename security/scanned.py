"""What a portal has while it is scanned, and no other: no limits of tries, and a short memory."""

from django.db import connection, transaction

from committees.accounts import tries


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
