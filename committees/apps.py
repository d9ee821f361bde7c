from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitteesConfig(AppConfig):
    name = "committees"
    verbose_name = _("Committees and people")

    def ready(self):
        from committees.accounts import sign_ins  # noqa: PLC0415 - models are known only now

        sign_ins.listen()
