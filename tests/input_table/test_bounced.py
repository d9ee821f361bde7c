"""Mails as they come back."""

EXPECTED = {}
