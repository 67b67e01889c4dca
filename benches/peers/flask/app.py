"""The job in Flask, as the platform's own pages show it; run as a program, it is served by Flask."""

import os

from flask import Flask, request

app = Flask(__name__)


@app.route("/initialize", methods=["POST"])
def initialize():
    return ""


@app.route("/invoke", methods=["POST"])
def invoke():
    request_id = request.headers.get("x-fc-request-id")
    print("FC Invoke Start RequestId: " + request_id)
    event = request.stream.read()
    print("FC Invoke End RequestId: " + request_id)
    return event


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=int(os.environ.get("FC_SERVER_PORT", "9000")), threaded=True)
