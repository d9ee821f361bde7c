"""However deep a page begins, it does not ask the system for memory again and again."""

import resource

import pytest
from django.urls import reverse

from foundation.stack import with_room

DEPTHS = range(0, 200, 3)


def down(levels, function, *args):
    """Call the function with so many calls around it."""
    return function(*args) if levels == 0 else down(levels - 1, function, *args)


def to_and_fro(function):
    for _ in range(300):
        down(8, len, ())
    return function


def faults_of(function, *args):
    """Return how many pieces of memory the call took that were not there before."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    function(*args)
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def test_calls_within_calls_find_room_at_every_depth():
    roomy = with_room(to_and_fro)
    faults_of(roomy, None)

    assert max(down(depth, faults_of, roomy, None) for depth in DEPTHS) < 60
    # And the edge is there: else nothing was shown.
    assert max(down(depth, faults_of, to_and_fro, None) for depth in DEPTHS) >= 300


def test_it_gives_and_raises_what_the_function_does():
    @with_room
    def divide(a, *, by):
        """Return a part."""
        return a / by

    assert divide(6, by=3) == 2
    assert divide.__doc__ == "Return a part."
    with pytest.raises(ZeroDivisionError):
        divide(1, by=0)


def test_every_page_has_room(client, world):
    client.force_login(world.secretary)
    page = reverse("reports:home")
    client.get(page)

    def at(depth):
        """Return the fewer of twice: the other may have been the first of something else."""
        return min(down(depth, faults_of, client.get, page) for _ in range(2))

    assert max(at(depth) for depth in range(0, 60, 6)) < 60
