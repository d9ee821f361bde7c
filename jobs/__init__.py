"""How work gets done: it knows how, not what."""
