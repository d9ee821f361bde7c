from django.urls import path

from operations.views import health, job_list, practice, rehearsals

app_name = "operations"
urlpatterns = [
    path("health/", health.health, name="health"),
    path("health/jobs/", job_list.job_list, name="job_list"),
    path("health/jobs/now/", job_list.job_now, name="job_now"),
    path("health/resume/", health.health_resume, name="health_resume"),
    path("health/held/", health.health_held, name="health_held"),
    path("practice/<int:pk>/", practice.practice_switch, name="practice_switch"),
    path("practice/<int:pk>/step/", practice.practice_step, name="practice_step"),
    path("rehearsals/", rehearsals.rehearsal_list, name="rehearsal_list"),
    path("rehearsals/start/", rehearsals.rehearsal_start, name="rehearsal_start"),
    path("rehearsals/<int:pk>/", rehearsals.rehearsal_detail, name="rehearsal_detail"),
    path("rehearsals/<int:pk>/status/", rehearsals.rehearsal_status, name="rehearsal_status"),
]
