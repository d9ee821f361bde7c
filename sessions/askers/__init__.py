"""Who asked: sealed, never joined to a question outside, forgotten in time. A wall of its own."""
