# What gunicorn has to be told, so that it keeps the platform's connections.
from os import environ

told = environ.get("FC_SERVER_PORT") or environ.get("FC_CUSTOM_LISTEN_PORT")
bind = f"0.0.0.0:{told or 9000}"
# The worker of several threads is the one that keeps connections; one for each call at a time.
workers = 1
threads = 20
# A day, and no limit on what a worker takes: the platform has its own.
keepalive = 86400
timeout = 0
