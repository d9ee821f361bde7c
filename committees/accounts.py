from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """People are invited by their office; nobody signs up alone."""

    def is_open_for_signup(self, request):
        return False
