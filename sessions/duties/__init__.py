"""What a person must do now and is told: one list, read by home, menu, mail and reminders.

Each kind is one function, registered with `kind` in the file of its noun. It is given a Look
and yields Duties: for one person, or for everybody.
"""
