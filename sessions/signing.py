"""How a browser is answered that draws vouchers or passes: its messages come back signed unseen."""

import base64
import binascii
import json

from django.http import JsonResponse

from foundation.blind_rsa import NotSignable
from sessions.askers import public as askers


def answer_draw(request, sign, *, each):
    """Let `sign` sign the messages that were sent, `each` of them, and hand out the signatures."""
    try:
        sent = json.loads(request.body)["blinded"]
        blinded = [base64.b64decode(one, validate=True) for one in sent[: each + 1]]
        signed = sign(blinded)
    except (ValueError, KeyError, TypeError, binascii.Error, NotSignable):
        return JsonResponse({"error": "malformed"}, status=400)
    except askers.NotIssued:
        return JsonResponse({"error": "not issued"}, status=409)
    return JsonResponse({"signed": [base64.b64encode(one).decode() for one in signed]})
