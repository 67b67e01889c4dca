// The same event function, with what the platform's contract asks of it.
const http = require("node:http");

const { FC_SERVER_PORT, FC_CUSTOM_LISTEN_PORT } = process.env;
const port = FC_SERVER_PORT || FC_CUSTOM_LISTEN_PORT || 9000;

const server = http.createServer((request, response) => {
  const event = [];
  request.on("data", (chunk) => event.push(chunk));
  request.on("end", () => answer(request, Buffer.concat(event), response));
});

function answer(request, event, response) {
  switch (`${request.method} ${request.url}`) {
    case "POST /initialize":
    case "GET /pre-stop":
      response.end();
      break;
    case "POST /invoke":
      try {
        const result = handle(JSON.parse(event));
        response.writeHead(200, { "x-fc-status": "200" }).end(result);
      } catch (error) {
        console.error(error);
        const failure = { errorMessage: error.message, errorType: error.name };
        response.writeHead(404, { "x-fc-status": "404" }).end(JSON.stringify(failure));
      }
      break;
    default:
      response.writeHead(404).end();
  }
}

function handle(event) {
  console.log(event);
  return "Hello, World!";
}

// The platform keeps its connections, idle and frozen, and has its own limits on a call.
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
server.headersTimeout = 0;
server.listen(port, "0.0.0.0");

process.on("SIGTERM", () => {
  server.close();
  server.closeIdleConnections();
  // A request that was half sent would hold the end.
  setTimeout(() => server.closeAllConnections(), 5000).unref();
});
