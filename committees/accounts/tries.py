"""How often somebody may guess: by the known device, else by the account, else by the address.

Whoever signs in on a device that the account knows has a sum of the own: strangers can neither
use it up nor be kept out by it. Everybody else shares the sum of the account and the sum of
the address, which is wide, because a whole office may come from one. A try that was right is
given back, and nothing is left of it.
"""

import hashlib
from dataclasses import dataclass, field

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache

from committees.accounts import devices
from committees.queries import account_named
from foundation.text import fold

SECONDS = 600
OF_AN_ACCOUNT = 10  # wrong passwords and codes together
OF_A_NAME = 10
OF_AN_ADDRESS = 1_000  # 500 people who all mistype twice


@dataclass
class Try:
    """One guess: who it is about, and whether it is looked at."""

    user: object
    is_refused: bool = False  # too many: the page says so
    is_silent: bool = False  # too many under another name: answered like a wrong password
    taken: list = field(default_factory=list)

    def give_back(self):
        """It was right: nothing of it counts."""
        for key in self.taken:
            _give_back(key)
        self.taken = []


def begin(request, login):
    """Count a guess under the name `login`. The same work whether there is such an account.

    Of too many under one name the page says so. An account that had too many under its other
    name answers as to a wrong password, or it would tell that the two are one person.
    """
    user = account_named(login)
    guess = Try(user)
    if devices.is_known(request, user):
        guess.is_refused = not _take(guess, of_device(request, user), OF_AN_ACCOUNT)
        return guess
    guess.is_refused = not (
        _take(guess, f"address:{get_ip(request)}", OF_AN_ADDRESS)
        and _take(guess, f"name:{_short(fold(login))}", OF_A_NAME)
    )
    if not guess.is_refused:
        key = of_account(user) if user else f"nobody:{_short(fold(login))}"
        guess.is_silent = not _take(guess, key, OF_AN_ACCOUNT)
    return guess


def begin_with_factor(request, user):
    """Count a guess at the second factor of `user`: with the passwords it is one sum."""
    guess = Try(user)
    key = of_device(request, user) if devices.is_known(request, user) else of_account(user)
    guess.is_refused = not _take(guess, key, OF_AN_ACCOUNT)
    return guess


def of_account(user):
    return f"account:{user.pk}"


def of_device(request, user):
    return f"device:{devices.key_of(request)}:{user.pk}"


def is_locked(user):
    """Does a device that the account does not know find it shut?"""
    names = (f"name:{_short(fold(name))}" for name in (user.username, user.email) if name)
    return any(cache.get(key, 0) >= OF_AN_ACCOUNT for key in (of_account(user), *names))


def lift(user):
    """Let unknown devices try anew."""
    names = (f"name:{_short(fold(name))}" for name in (user.username, user.email) if name)
    cache.delete_many([of_account(user), *names])


def lift_all():
    """Let everybody try anew, from every address."""
    cache.clear()


def _take(guess, key, most):
    """Count one for `key`, unless there were `most` in SECONDS. Was there room?"""
    cache.add(key, 0, SECONDS)
    try:
        number = cache.incr(key)
    except ValueError:  # it ran out at this very moment
        cache.set(key, 1, SECONDS)
        number = 1
    if number == 1:  # or it ran out a moment ago, and would now never end
        cache.touch(key, SECONDS)
    if number > most:
        return False
    guess.taken.append(key)
    return True


def _give_back(key):
    try:
        if cache.decr(key) <= 0:
            cache.delete(key)
    except ValueError:
        return


def _short(text):
    return hashlib.sha256(text.encode()).hexdigest()
