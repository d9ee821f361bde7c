"""Answers in the shape of a page. Lists are asked in a fixed number of queries."""

# --- Conferences and commitments ----------------------------------------------------


# --- Questions and answers ----------------------------------------------------------
