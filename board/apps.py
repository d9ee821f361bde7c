from django.apps import AppConfig


class BoardConfig(AppConfig):
    name = "board"

    def ready(self):
        from board import duties  # noqa: F401, PLC0415 (registers its kinds)
        from board.domain import board_files, reminding_now  # noqa: F401, PLC0415 (register theirs)
