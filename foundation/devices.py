"""What kind of device a browser says it runs on, and nothing finer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.http import HttpRequest


MOST_READ = 300  # signs of what the browser says


class Device(models.TextChoices):
    WINDOWS = "windows", _("Windows computer")
    MAC = "mac", _("Mac")
    LINUX = "linux", _("Linux computer")
    ANDROID = "android", _("Android telephone")
    IPHONE = "iphone", _("iPhone")
    TABLET = "tablet", _("tablet")
    OTHER = "other", _("another device")


# What is looked for, in this order: an iPad calls itself a Mac as well, a telephone a Linux.
SIGNS = (
    ("ipad", Device.TABLET),
    ("tablet", Device.TABLET),
    ("iphone", Device.IPHONE),
    ("android", Device.ANDROID),
    ("windows", Device.WINDOWS),
    ("macintosh", Device.MAC),
    ("linux", Device.LINUX),
    ("cros", Device.LINUX),
)


def device_of(request: HttpRequest | None) -> str:
    said = request.META.get("HTTP_USER_AGENT", "")[:MOST_READ].lower() if request else ""
    return str(next((device for sign, device in SIGNS if sign in said), Device.OTHER))
