from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from foundation.clock import database_now
from jobs.kinds import NotMade
from periods.models import Obligation
from reports.documents.child import write_pdf_in_child
from reports.domain.drafting import current_document, start_draft
from reports.queries import newest_of


class Command(BaseCommand):
    help = "Write a committee's report of a period to a PDF: the issued one, or the draft as it is."

    def add_arguments(self, parser):
        parser.add_argument("--committee", required=True, metavar="CODE")
        parser.add_argument("--period", required=True, metavar="2026-H1")
        parser.add_argument("--output", required=True, type=Path, metavar="FILE.pdf")

    def handle(self, *, committee, period, output, **options):
        try:
            year, half = (int(part) for part in period.upper().split("-H"))
            obligation = Obligation.objects.select_related(
                "committee__parent", "board", "period"
            ).get(committee__code=committee, period__year=year, period__half=half)
        except ValueError:
            raise CommandError(f"{period!r} is no period; write it like 2026-H1.") from None
        except Obligation.DoesNotExist:
            raise CommandError(f"{committee} owes nothing in {period}.") from None
        at = database_now()
        report = newest_of(obligation) or start_draft(obligation, by=None, at=at)
        output.parent.mkdir(parents=True, exist_ok=True)
        try:
            made = write_pdf_in_child(current_document(report, at=at), output)
        except (NotMade, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{output}: {made.pages} pages, sha256 {made.sha256}")
