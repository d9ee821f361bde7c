"""Sessions in the database whose end is fixed by signing in."""

import datetime as dt

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone


class SessionStore(db.SessionStore):
    """A session ends SESSION_COOKIE_AGE after it began, however often it is saved."""

    ends_at = None

    @property
    def began_at(self):
        """The moment of signing in; now, for a session that has not been kept yet."""
        if self.ends_at is None:
            return timezone.now()
        return self.ends_at - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)

    def get_expiry_date(self, **kwargs):
        if self.ends_at is None:
            self.ends_at = super().get_expiry_date(**kwargs)
        return self.ends_at

    def cycle_key(self):
        """Begin anew at signing in; another key later, for a new password, gives no new time."""
        if SESSION_KEY not in self:
            self.ends_at = None
        super().cycle_key()

    def flush(self):
        super().flush()
        self.ends_at = None

    def _get_session_from_db(self):
        row = super()._get_session_from_db()
        self.ends_at = row.expire_date if row else None
        return row
