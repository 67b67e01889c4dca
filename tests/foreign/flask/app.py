"""An event function in the form that the platform's own pages show: Flask, one route, port 9000."""

from flask import Flask, request

app = Flask(__name__)


@app.route("/invoke", methods=["POST"])
def invoke():
    request_id = request.headers.get("x-fc-request-id")
    print("FC Invoke Start RequestId: " + request_id)
    print(str(request.stream.read()))
    print("FC Invoke End RequestId: " + request_id)
    return "Hello, World!"


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=9000)
