"""Doorbells: an id in, one call out, safe to ring twice. The rows are the queue."""

from celery import shared_task

from committees.domain import sending


@shared_task
def send_invitation(invitation_id):
    sending.send_invitation(invitation_id)


@shared_task
def send_reset(order_id):
    sending.send_reset(order_id)


@shared_task
def send_letter(letter_id):
    sending.send_letter(letter_id)
