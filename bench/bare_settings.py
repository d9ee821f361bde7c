"""The same settings with no more than a bare Django needs: what the portal is compared with."""

from dialogue_portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.bare"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # its app insists
]

[engine] = TEMPLATES  # noqa: F405
of_django = [one for one in engine["OPTIONS"]["context_processors"] if one.startswith("django.")]
TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "context_processors": of_django}}]
