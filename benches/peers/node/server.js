// The job in Node's own server.
const http = require("node:http");

const server = http.createServer((request, response) => {
  const id = request.headers["x-fc-request-id"];
  console.log(`FC Invoke Start RequestId: ${id}`);
  const event = [];
  request.on("data", (chunk) => event.push(chunk));
  request.on("end", () => {
    console.log(`FC Invoke End RequestId: ${id}`);
    response.end(Buffer.concat(event));
  });
});

server.listen(process.env.FC_SERVER_PORT || 9000, "0.0.0.0");
