from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from dialogue_portal.health import healthz

urlpatterns = [
    path("", include("reports.urls")),
    path("", include("sessions.urls")),
    path("", include("committees.urls")),
    path("healthz", healthz, name="healthz"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
]
