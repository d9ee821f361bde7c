"""The rehearsal of a deadline day: played on made-up committees, in a place of its own, and judged.

`stage` builds the place and starts the process, `__main__` is that process, `play` plays,
`facts` reads what came of it, `checks` judges. Nothing here touches the portal's own database,
files, keys or mail.
"""

FIRST_DAY, LAST_DAY = 46, -1  # days before the deadline: the first and the last one played
FEWEST = 11  # committees, one for each part of the play
