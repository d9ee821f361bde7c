import os

from django.core.wsgi import get_wsgi_application

from dialogue_portal.warming import warm

os.environ["PORTAL_PROCESS"] = "page"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dialogue_portal.settings")
application = get_wsgi_application()
warm()
