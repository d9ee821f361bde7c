"""The papers of a conference: what its office writes, numbers and prints before it is held.

Plan, public notice and invitation are drafts that are issued (`acts`); slips, poster, queue and
list of signatures are made whenever somebody asks for them.
"""
