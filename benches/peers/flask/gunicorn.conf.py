"""Flask behind gunicorn: one worker, whose threads are as many as the calls of an instance."""

import os

bind = "0.0.0.0:" + os.environ.get("FC_SERVER_PORT", "9000")
workers = 1
worker_class = "gthread"
threads = 20
keepalive = 60
