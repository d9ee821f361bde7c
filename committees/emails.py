"""Letters about accounts. Nothing secret stands in them but the link."""

from foundation import mail


def invitation_sent(user, *, url, expires_at):
    mail.send(
        "emails/committees/invitation",
        to=[user.email],
        context={
            "name": user.full_name,
            "url": url,
            "expires_at": expires_at,
            "is_recovered": user.is_in_use,
        },
    )


def password_reset_asked(user, *, url):
    mail.send(
        "emails/committees/password_reset",
        to=[user.email],
        context={"name": user.full_name, "url": url},
    )


def account_letter(letter, *, url):
    """Send a letter of account_models.AccountLetter; `url` is the link in it, if it has one."""
    mail.send(
        f"emails/committees/{letter.kind}",
        to=[letter.to],
        context={
            "name": letter.to_name,
            "person": letter.user,
            "recovery": letter.recovery,
            "url": url,
        },
    )
