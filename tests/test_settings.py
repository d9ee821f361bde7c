"""What the environment may say, and what the portal answers when it says it wrong."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from committees.models import User
from foundation.key_prints import name_of_print
from tests.house import nothing_set

WHAT_TO_DO = (
    "docs/operations.md lists the settings.\n"
    "To look around on this machine, with made-up people: script/server\n"
)
KEY = "qXb7Wc0Zt5RkYvHn2LmPs8DfGj4TaEu6WzCi1OxNq9BdKr3VhMe"

# An environment with which the portal may be let loose on people.
PRODUCTION = {
    "DATABASE_URL": "postgres://portal:secret@127.0.0.1:5432/portal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "SECRET_KEY": KEY,
    "IDENTITY_KEY": KEY[::-1],
    "ALLOWED_HOSTS": "doithoai.example.vn",
    "BASE_URL": "https://doithoai.example.vn",
    "ANONYMOUS_BASE_URL": "https://hopthu.example.vn",
    "EMAIL_URL": "submission://portal:secret@mail.example.vn:587",
    "BEHIND_PROXY": "1",
}


@pytest.fixture
def manage(tmp_path):
    """Return a function that runs manage.py with nothing in the environment but what is given."""

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=nothing_set(
                **{
                    "DJANGO_SETTINGS_MODULE": "dialogue_portal.settings",
                    "DATA_DIR": str(tmp_path / "data"),
                    **environment,
                }
            ),
            capture_output=True,
            text=True,
        )

    return run


def without(name):
    return {key: value for key, value in PRODUCTION.items() if key != name}


@pytest.mark.django_db
def test_production_takes_no_made_up_people():
    """J-12: the demo has an administrator whose password is printed."""
    with pytest.raises(CommandError, match="DEMO=1 alone"):
        call_command("seed_demo", committees=1)
    assert not User.objects.exists()


def test_production_passes_every_check(manage):
    result = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "System check identified no issues (0 silenced).\n"


def test_cookies_are_bound_to_this_host_and_the_connection_is_encrypted(manage):
    shown = manage(
        *("shell", "-v0", "-c"),
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_DOMAIN,"
        " s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT)",
        **PRODUCTION,
    )

    assert shown.stdout.split() == [
        *("__Host-session", "__Host-csrf", "__Host-language"),
        *("True", "True", "None", "63072000", "True"),
    ]


def test_a_demo_needs_nothing_from_the_environment(manage):
    result = manage("check", DEMO="1")

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("data_dir", ["", "/proc/portal"])
def test_missing_migrations_are_looked_for_without_any_setting(manage, data_dir):
    """Whoever changes a model has a checkout, and no installation to look at or to touch."""
    result = manage("makemigrations", "--check", "--dry-run", DATA_DIR=data_dir)

    assert (result.returncode, result.stdout) == (0, "No changes detected\n"), result.stderr


REQUIRED = [
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "IDENTITY_KEY",
    "ALLOWED_HOSTS",
    "BASE_URL",
    "ANONYMOUS_BASE_URL",
    "EMAIL_URL",
]


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_value_stops_the_start_with_one_line(manage, name):
    result = manage("check", **without(name))

    assert result.returncode == 1
    assert result.stderr == f"Setting {name} is missing; {WHAT_TO_DO}"


def test_a_missing_folder_for_data_stops_the_start_with_one_line(manage):
    result = manage("check", **PRODUCTION, DATA_DIR="")

    assert result.returncode == 1
    assert result.stderr == f"Setting DATA_DIR is missing; {WHAT_TO_DO}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "sqlite:///portal.sqlite3"),
        ("DATABASE_URL", "postgres://portal@127.0.0.1:port/portal"),
        ("DATABASE_URL", "postgres://portal@127.0.0.1/"),
        ("REDIS_URL", "nonsense"),
        ("REDIS_URL", "amqp://127.0.0.1"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY_FILE", "/nowhere/secret_key"),
        ("IDENTITY_KEY", "short"),
        ("IDENTITY_KEY_FILE", "/nowhere/identity_key"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "https://doithoai.example.vn"),
        ("BASE_URL", "doithoai.example.vn"),
        ("BASE_URL", "https://doithoai.example.vn/portal"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://[doithoai"),
        ("ANONYMOUS_BASE_URL", "https://doithoai.example.vn"),
        ("ANONYMOUS_BASE_URL", "http://hopthu.example.vn"),
        ("EMAIL_URL", "nonsense"),
        ("EMAIL_URL", "smtp://mail.example.vn:port"),
        ("BOUNCE_ADDRESS", "a+b@example.vn"),
        ("BOUNCE_ADDRESS", "nobody"),
        ("BOUNCE_MAILBOX_URL", "https://u:p@mail.example.vn"),
        ("BOUNCE_MAILBOX_URL", "imaps://mail.example.vn"),
        ("BOUNCE_MAILBOX_URL", "imaps://u:p@mail.example.vn:port"),
        ("SIGNING_ROOTS", "/nowhere/roots"),
        ("CLAMD_URL", "tcp://127.0.0.1"),
        ("CLAMD_URL", "unix://run/clamav/clamd.ctl"),
        ("CLAMD_URL", "/run/clamav/clamd.ctl"),
        ("DATA_DIR", "/proc/portal"),
        ("DEMO", "perhaps"),
        ("DEMO", "1"),
        ("DEBUG", "perhaps"),
        ("BEHIND_PROXY", "perhaps"),
        ("PORT", "door"),
        ("PORT", "70000"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line(manage, name, value):
    result = manage("check", **{**PRODUCTION, name: value})

    assert result.returncode == 1
    assert result.stderr.startswith(f"Setting {name}: ")
    assert result.stderr.count("\n") == 1
    assert "secret" not in result.stderr.replace("/nowhere/secret_key", "")


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgres://portal:{}@127.0.0.1:5432/portal"),
        ("REDIS_URL", "redis://:{}@127.0.0.1:6379/0"),
        ("EMAIL_URL", "submission://portal:{}@mail.example.vn:587"),
        ("BOUNCE_MAILBOX_URL", "imaps://portal:{}@mail.example.vn/INBOX"),
    ],
)
def test_a_password_that_tears_an_address_apart_is_said_in_one_line(manage, name, url):
    more = {"BOUNCE_ADDRESS": "tra-lai@example.vn"}
    for password in ("secret@2026/x", "secret#2026"):
        result = manage("check", **{**PRODUCTION, **more, name: url.format(password)})

        assert result.returncode == 1
        assert result.stderr.startswith(f"Setting {name}: it cannot be read. In the password")
        assert "@ as %40" in result.stderr
        assert result.stderr.count("\n") == 1
        assert "secret" not in result.stderr
        assert "2026" not in result.stderr


def test_a_password_written_with_percent_signs_arrives_as_it_is(manage):
    shown = manage(
        *("shell", "-v0", "-c"),
        "from django.conf import settings as s;"
        "print(s.DATABASES['default']['PASSWORD'], s.DATABASES['default']['HOST'],"
        " s.EMAIL_HOST_PASSWORD, s.EMAIL_HOST)",
        **{
            **PRODUCTION,
            "DATABASE_URL": "postgres://portal:m%40t%2Fkh%23u%25@127.0.0.1:5432/portal",
            "EMAIL_URL": "submission://portal:m@t%2Fkh%23u@mail.example.vn:587",
        },
    )

    assert shown.stdout.split() == ["m@t/kh#u%", "127.0.0.1", "m@t/kh#u", "mail.example.vn"]


def test_a_secret_may_come_from_a_file(manage, tmp_path):
    (tmp_path / "key").write_text(f"{KEY}\n")

    result = manage("check", **without("SECRET_KEY"), SECRET_KEY_FILE=str(tmp_path / "key"))

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("wrong", "finding"),
    [
        ({"BASE_URL": "http://doithoai.example.vn"}, "portal.E002"),
        ({"IDENTITY_KEY": KEY}, "portal.E003"),
        ({"DATABASE_URL": "embedded"}, "portal.E004"),
        ({"REDIS_URL": "embedded"}, "portal.E004"),
        ({"DEBUG": "1"}, "security.W018"),
        ({"SECRET_KEY": "a" * 60}, "security.W009"),
    ],
)
def test_what_should_not_go_live_is_found(manage, wrong, finding):
    result = manage("check", "--deploy", "--fail-level", "WARNING", **{**PRODUCTION, **wrong})

    assert result.returncode == 1
    assert finding in result.stderr


def test_another_identity_key_than_questions_were_asked_under_stops_the_start(manage, tmp_path):
    """J-14: it would empty everybody's list of own questions without a word."""
    environment = {**PRODUCTION, "KEYS_DIR": str(tmp_path / "keys")}
    kept = tmp_path / "keys" / name_of_print(7, "an-earlier-identity-key-" + "k" * 40)
    kept.parent.mkdir(parents=True)
    kept.touch()

    stopped = manage("check", **environment)
    named = manage(
        "check", **environment, IDENTITY_KEY_EARLIER="x an-earlier-identity-key-" + "k" * 40
    )

    assert stopped.returncode == 1
    assert stopped.stderr.startswith("Setting IDENTITY_KEY: 1 conference(s) were asked questions")
    assert stopped.stderr.count("\n") <= 3
    assert named.returncode == 0, named.stderr


def test_a_demo_should_not_go_live(manage):
    result = manage("check", "--deploy", "--fail-level", "WARNING", DEMO="1")

    assert result.returncode == 1
    assert "portal.E001" in result.stderr


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "8001"}, "http://127.0.0.1:8001"),
        ({"HOST": "0.0.0.0"}, "http://127.0.0.1:8000"),
        ({"HOST": "::1"}, "http://[::1]:8000"),
        ({"HOST": "localhost", "BASE_URL": "https://demo.example.vn/"}, "https://demo.example.vn"),
    ],
)
def test_the_demo_is_at_the_address_where_it_listens(manage, environment, address):
    result = manage(
        "shell", "--no-imports", "-c",
        "from django.conf import settings; print(settings.BASE_URL)",
        DEMO="1", **environment,
    )  # fmt: skip

    assert result.stdout.strip() == address


SAYS_ITS_PATIENCE = """
from django.conf import settings as s
options = s.DATABASES["default"]["OPTIONS"]
print(options["options"], options.get("pool", {}).get("max_size"), s.DATABASES["default"]["CONN_MAX_AGE"])
"""


@pytest.mark.parametrize(
    ("process", "said"),
    [
        ("page", "statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c jit=off 11 0"),
        ("job", "statement_timeout=300s -c lock_timeout=60s -c idle_in_transaction_session_timeout=600s -c jit=off None 600"),
        ("upkeep", "statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0 -c jit=off None 600"),
    ],
)  # fmt: skip
def test_each_kind_of_process_waits_for_the_database_as_long_as_it_may(tmp_path, process, said):
    result = subprocess.run(
        [sys.executable, "-c", SAYS_ITS_PATIENCE],
        cwd=settings.BASE_DIR,
        env=nothing_set(
            **PRODUCTION,
            DJANGO_SETTINGS_MODULE="dialogue_portal.settings",
            DATA_DIR=str(tmp_path),
            PORTAL_PROCESS=process,
        ),
        capture_output=True,
        text=True,
    )

    assert result.stdout.strip() == f"-c {said}", result.stderr


def test_who_serves_pages_and_who_is_called_by_hand_say_so():
    """Were pages taken for a job, a locked table would hold them for half a minute."""
    says = "import os, {}; print(os.environ['PORTAL_PROCESS'])"
    environment = {**os.environ, "PORTAL_PROCESS": "job"}
    shown = subprocess.run(
        [sys.executable, "-c", says.format("dialogue_portal.wsgi")],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True,
    )  # fmt: skip

    assert shown.stdout.strip() == "page", shown.stderr
    manage = (settings.BASE_DIR / "manage.py").read_text()
    assert '"job" if "deliver_due" in sys.argv else "upkeep"' in manage
