"""Letters about accounts. Nothing secret stands in them but the link."""

from dialogue_portal import mail


def invitation_sent(user, *, url, expires_at):
    mail.send(
        "emails/committees/invitation",
        to=[user.email],
        context={"name": user.full_name, "url": url, "expires_at": expires_at},
    )


def password_reset_asked(user, *, url):
    mail.send(
        "emails/committees/password_reset",
        to=[user.email],
        context={"name": user.full_name, "url": url},
    )
