from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.utils.translation import gettext_lazy
from django.views.generic import RedirectView
from django.views.i18n import set_language

from foundation.draft_views import draft_discard, draft_keep
from operations.views.audit import audit_list
from operations.views.metrics import metrics
from operations.views.probe import healthz

# The administrator signs in like everybody else, second factor included.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth says
# Nor may one administrator take a second factor off another: that is done at the console.
# Groups give nobody anything: rights follow from roles.
for model in [
    model for model in admin.site._registry if model._meta.app_label in ("account", "auth", "mfa")
]:
    admin.site.unregister(model)
admin.site.site_header = admin.site.site_title = gettext_lazy("Dialogue portal")
admin.site.index_title = gettext_lazy("Accounts and themes")

handler400 = "foundation.errors.bad_request"
handler500 = "foundation.errors.server_error"

urlpatterns = [
    path("", include("operations.urls")),
    path("", include("privacy.urls")),
    path("", include("board.urls")),
    path("", include("reports.urls")),
    path("", include("hall.urls")),
    path("", include("sessions.urls")),
    path("", include("committees.urls")),
    path("audit/", audit_list, name="audit_list"),
    path("drafts/", draft_keep, name="draft_keep"),
    path("drafts/discard/", draft_discard, name="draft_discard"),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("accounts/", include("committees.accounts.urls")),
    # There is one page that changes a password, and it counts wrong ones.
    path(
        "admin/password_change/",
        RedirectView.as_view(pattern_name="account_change_password"),
        name="admin_password",
    ),
    path("admin/", admin.site.urls),
]
