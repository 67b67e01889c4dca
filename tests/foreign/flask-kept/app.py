"""The same event function, with what the platform's contract asks of it."""

from flask import Flask, request

app = Flask(__name__)


@app.before_request
def read_the_body():
    """gunicorn would close the connection after an answer whose request is not read."""
    request.get_data()


@app.post("/initialize")
def initialize():
    return ""


@app.post("/invoke")
def invoke():
    request_id = request.headers.get("x-fc-request-id", "")
    print("FC Invoke Start RequestId: " + request_id, flush=True)
    event = request.get_json(force=True)
    print(event, flush=True)
    print("FC Invoke End RequestId: " + request_id, flush=True)
    return "Hello, World!", {"x-fc-status": "200"}


@app.get("/pre-stop")
def pre_stop():
    return ""


@app.errorhandler(Exception)
def failed(error):
    app.logger.exception("the call failed")
    failure = {"errorMessage": str(error), "errorType": type(error).__name__}
    return failure, 404, {"x-fc-status": "404"}
