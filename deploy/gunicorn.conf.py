"""How gunicorn serves the portal's pages behind nginx. `python -m gunicorn -c deploy/gunicorn.conf.py`."""

import multiprocessing

wsgi_app = "dialogue_portal.wsgi:application"
bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = min(8, 2 * multiprocessing.cpu_count())
# One for each place and each chair of PLACES in the settings; those who wait hold no connection.
threads = 80
timeout = 60
graceful_timeout = 20
# A worker is replaced now and then, so that a slow leak never matters.
max_requests = 5_000
max_requests_jitter = 500
# nginx alone may say that a request came encrypted.
forwarded_allow_ips = "127.0.0.1"
# Its signs of life, in memory and not on a disk.
worker_tmp_dir = "/dev/shm"
# nginx keeps one for the portal and none for the anonymous host; here the two are one.
accesslog = None
errorlog = "-"
loglevel = "warning"
capture_output = False
