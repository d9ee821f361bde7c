"""How gunicorn serves the portal's pages behind nginx. `python -m gunicorn -c deploy/gunicorn.conf.py`."""

import gc
import multiprocessing

wsgi_app = "dialogue_portal.wsgi:application"
bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = min(8, 2 * multiprocessing.cpu_count())
# One for each place and each chair of PLACES in the settings; those who wait hold no connection.
threads = 80
timeout = 60
graceful_timeout = 20
# A worker is replaced now and then, so that a slow leak never matters. A hall of 300 telephones asks
# 40,000 times in ten minutes: the new one must be there at once, so it is born with everything loaded.
max_requests = 20_000
max_requests_jitter = 2_000
preload_app = True


def when_ready(server):
    """What is loaded once is shared by all workers: none of them sweeps it, which would copy it."""
    gc.collect()
    gc.freeze()


# nginx alone may say that a request came encrypted.
forwarded_allow_ips = "127.0.0.1"
# Its signs of life, in memory and not on a disk.
worker_tmp_dir = "/dev/shm"
# nginx keeps one for the portal and none for the anonymous host; here the two are one.
accesslog = None
errorlog = "-"
loglevel = "warning"
capture_output = False
