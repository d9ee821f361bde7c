"""How long a page may have the database work: more for some, and never more afterwards."""

import pytest
from django.db import Error, connection

from foundation.limits import patience_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(settings):
    """Be a process that serves pages."""
    settings.PROCESS = "page"
    yield
    connection.close()  # the next one begins with the patience of tests


def statement_timeout():
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]


def test_a_page_that_takes_long_has_its_time_and_gives_it_back(page):
    usual = statement_timeout()

    with patience_of("long_page"):
        within = statement_timeout()
        with patience_of("long_page"):
            assert statement_timeout() == within
        assert statement_timeout() == within

    assert within != usual
    assert statement_timeout() == usual


def test_a_connection_that_broke_meanwhile_is_not_kept(page):
    """It could not be told to be impatient again: the next request takes another one."""
    usual = statement_timeout()

    with patience_of("long_page"), pytest.raises(Error), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    assert connection.connection is None
    assert statement_timeout() == usual


def test_elsewhere_nothing_is_said_to_the_database(django_assert_num_queries):
    with django_assert_num_queries(0), patience_of("long_page"):
        pass
