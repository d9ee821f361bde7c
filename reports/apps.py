from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        from committees.domain import undo_committees  # noqa: PLC0415
        from periods.domain.periods import release  # noqa: PLC0415
        from reports.domain import (  # noqa: F401, PLC0415 (they register)
            reminding,
            report_files,
            report_mail,
            signing,
        )
        from reports.duties import conferences, minutes, papers, reports  # noqa: F401, PLC0415 (each registers its kinds)

        undo_committees.releases.append(release)
