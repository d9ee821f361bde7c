import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.house import nothing_set


@pytest.fixture
def portal_settings(tmp_path):
    """Return a function that runs some lines under production's settings and returns what they say."""

    def run(lines, **environment):
        production = {
            "DJANGO_SETTINGS_MODULE": "dialogue_portal.settings",
            "SECRET_KEY": "s" * 60,
            "IDENTITY_KEY": "i" * 60,
            "ALLOWED_HOSTS": "doithoai.example.vn",
            "DATABASE_URL": os.environ["DATABASE_URL"],
            "REDIS_URL": os.environ["REDIS_URL"],
            "EMAIL_URL": "smtp://127.0.0.1:1",
            "ANONYMOUS_BASE_URL": "https://an.example.vn",
            "DATA_DIR": str(tmp_path),
        }
        answer = subprocess.run(
            [sys.executable, "-c", lines],
            env=nothing_set(**{**production, **environment}),
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()

    return run
