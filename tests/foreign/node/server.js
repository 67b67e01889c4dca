// An event function in the plainest Node: a server with the time-outs that it comes with.
const http = require("node:http");

const { FC_SERVER_PORT, FC_CUSTOM_LISTEN_PORT } = process.env;
const port = FC_SERVER_PORT || FC_CUSTOM_LISTEN_PORT || 9000;

const server = http.createServer((request, response) => {
  if (request.method !== "POST" || request.url !== "/invoke") {
    response.statusCode = 404;
    response.end();
    return;
  }
  const event = [];
  request.on("data", (chunk) => event.push(chunk));
  request.on("end", () => {
    console.log(`${Buffer.concat(event)}`);
    response.end("Hello, World!");
  });
});

server.listen(port, "0.0.0.0");
