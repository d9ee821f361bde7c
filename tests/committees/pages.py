"""What is typed on the pages of committees and people, and what they answer."""

from django.urls import reverse


def url(name, *arguments):
    return reverse(f"committees:{name}", args=arguments)


def words(answer):
    return answer.content.decode()


def role_of(person):
    return person.memberships.get()


LONG = "đ" * 5_000
