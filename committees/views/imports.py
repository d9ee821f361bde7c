"""Lists of committees and people: sent, checked, applied."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from committees import permissions
from committees.accounts.adapters import stay_signed_in
from committees.domain import importing, undoing
from committees.domain.import_reading import WrongColumns
from committees.domain.import_rows import CannotUndo
from committees.forms.committees import UploadForm
from committees.models import ImportDraft
from foundation.drafts import not_used
from foundation.intake import NoPlace, place, words_of
from foundation.limits import takes_long
from foundation.sheets import NotASpreadsheet
from foundation.xlsx import workbook

TEMPLATES = {
    ImportDraft.Kind.COMMITTEES: ("Đảng ủy", "mau-dang-uy.xlsx"),
    ImportDraft.Kind.PEOPLE: ("Nhân sự", "mau-nhan-su.xlsx"),
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _find_import(request, kind):
    """Let those in who may import such a file; everybody else gets 404."""
    may = (
        permissions.may_import_people
        if kind == ImportDraft.Kind.PEOPLE
        else permissions.can_manage_committees
    )
    if kind not in ImportDraft.Kind.values or not may(request.user):
        raise Http404


REFUSED = {
    "too_large": gettext_lazy("The file is larger than 5 MB; split it."),
    "not_xlsx": gettext_lazy(
        "This is no Excel file (.xlsx). Save the list as an Excel workbook and send that."
    ),
    "encrypted": gettext_lazy(
        "The file is locked with a password. Open it in Excel, take the password off (File, Info, "
        "Protect Workbook), save it and send that."
    ),
    "old_excel": gettext_lazy(
        "This is a file of old Excel (.xls). Open it and save it as “Excel Workbook (.xlsx)”."
    ),
    "open_document": gettext_lazy(
        "This is a file of LibreOffice (.ods). Open it and save it as “Excel 2007–365 (.xlsx)”."
    ),
    "strict": gettext_lazy(
        "The file is saved as “Strict Open XML Spreadsheet”. Save it as “Excel Workbook (.xlsx)”."
    ),
    "not_utf8": gettext_lazy(
        "The letters of this .csv file cannot be read. Save it as “CSV UTF-8” or as an Excel workbook."
    ),
    "empty": gettext_lazy("The file holds no rows."),
    "too_many_rows": gettext_lazy("The file holds more than 5,000 rows; split it."),
}


@takes_long
def import_upload(request, kind):
    _find_import(request, kind)
    is_sent = request.method == "POST"
    form = UploadForm(request.POST if is_sent else None, request.FILES or None)
    if is_sent and form.is_valid():
        try:
            with place():
                draft = importing.check_file(
                    form.cleaned_data["file"], kind=kind, by=request.user, at=request.at
                )
            return redirect("committees:import_review", draft.pk)
        except NoPlace as error:
            form.add_error("file", words_of(error))
        except NotASpreadsheet as error:
            form.add_error("file", str(REFUSED[error.reason]))
        except WrongColumns as error:
            form.add_error(
                "file",
                _("These columns are missing: %(names)s.") % {"names": ", ".join(error.missing)},
            )
    return render(
        request,
        "committees/import_upload.html",
        {
            "form": form,
            "kind": kind,
            "columns": importing.columns_of(kind),
            "manages_committees": permissions.can_manage_committees(request.user),
        },
        status=422 if form.is_bound else 200,
    )


@require_GET
def import_template(request, kind):
    _find_import(request, kind)
    columns = importing.columns_of(kind)
    title, name = TEMPLATES[kind]
    content = workbook(
        [column.header for column in columns],
        [],
        title=title,
        as_text=True,
        notes=[
            (column.header + (" (bắt buộc)" if column.is_needed else ""), column.explained)
            for column in columns
        ],
    )
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _draft(request, pk):
    draft = get_object_or_404(ImportDraft, pk=pk, uploaded_by=request.user)
    _find_import(request, draft.kind)
    return draft


@require_GET
def import_review(request, pk):
    return _review(request, _draft(request, pk))


def _review(request, draft, status=200):
    rows = importing.rows_in(draft)
    right = [row for row in rows if not row.errors]
    return render(
        request,
        "committees/import_review.html",
        {
            "draft": draft,
            "wrong": [row for row in rows if row.errors],
            "can_undo": undoing.can_undo(draft),
            "notes": draft.notes,
            "doubtful": [row for row in rows if row.warnings],
            "read_as": [row for row in rows if row.read_as],
            "created": [row for row in right if row.effect == "create"],
            "changed": [row for row in right if row.effect == "change"],
            "same": [row for row in right if row.effect == "same"],
            "total": len(rows),
            "can_apply": not draft.applied_at and len(right) == len(rows),
            "has_changed_meanwhile": status == 409,
        },
        status=status,
    )


@takes_long
@require_GET
def import_refused(request, pk):
    """The rows that are wrong, to be mended and sent again, with the reason beside each."""
    draft = _draft(request, pk)
    header, rows = importing.refused_rows(draft)
    if not rows:
        raise Http404
    header += ["Dòng trong tệp", "Lý do chưa nhận"]
    content = workbook(header, rows, title=TEMPLATES[draft.kind][0], as_text=True)
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": 'attachment; filename="dong-chua-nhan.xlsx"'},
    )


@require_POST
def import_leave_out(request, pk):
    draft = _draft(request, pk)
    count = importing.leave_out_refused(draft, by=request.user, at=request.at)
    if count:
        messages.success(
            request,
            ngettext("%(count)d row was left out.", "%(count)d rows were left out.", count)
            % {"count": count},
        )
    return redirect("committees:import_review", draft.pk)


@takes_long
@require_POST
def import_apply(request, pk):
    draft = _draft(request, pk)
    if any(row.errors for row in importing.rows_in(draft)):
        return _review(request, draft, status=422)
    try:
        done = importing.apply_import(draft, by=request.user, at=request.at)
    except importing.WorldHasChanged:
        return _review(request, draft, status=409)
    stay_signed_in(request)
    if done:
        messages.success(
            request,
            ngettext("%(count)d row has been applied.", "%(count)d rows have been applied.", done)
            % {"count": done},
        )
    return redirect("committees:import_review", draft.pk)


@takes_long
@require_POST
def import_undo(request, pk):
    draft = _draft(request, pk)
    try:
        undoing.undo_import(draft, by=request.user, at=request.at)
    except CannotUndo as error:
        why = _(error.message) % {"name": error.name}
        messages.error(request, _("Nothing was taken back: %(why)s") % {"why": why})
        return not_used(redirect("committees:import_review", draft.pk))
    stay_signed_in(request)
    messages.success(request, _("All that the list had done was taken back."))
    return redirect("committees:import_review", draft.pk)
