"""The keys of the forms that somebody has just sent, kept by their own browser and by nothing else.

Where no script runs the asker's code is made of the form's key. The row keeps no key: whoever
reads every row and holds every pepper does not make the code again.
"""

NAME = "sent_forms"  # in the session, which lies encrypted in the browser
KEPT = 3


def remember(request, question, form_key):
    """Keep the key of the form that `question` came from until some more have been sent."""
    known = [pair for pair in request.session.get(NAME, []) if pair[0] != str(question.pk)]
    request.session[NAME] = [*known, [str(question.pk), str(form_key)]][-KEPT:]


def form_key_of(request, question):
    """Return the key of the form that `question` came from, or "" if this browser knows none."""
    return dict(request.session.get(NAME, [])).get(str(question.pk), "")
