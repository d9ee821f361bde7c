"""Cookies that no other host can set, and the messages in one of them."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class MessagesInCookie(CookieStorage):
    """Messages for the next page: kept by the browser, so that showing them writes nothing."""

    cookie_name = settings.COOKIE_PREFIX + "messages"
