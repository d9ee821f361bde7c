from sessions.question_urls import question_urls

app_name = "sessions"
conference_urls = []
commitment_urls = []
urlpatterns = [*conference_urls, *commitment_urls, *question_urls]
