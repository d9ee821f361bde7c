"""Texts as they are pasted into a question."""

EXPECTED = {}
