// A page of another origin, and a page of the function itself, reach nothing of the console.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { origin, play, ready, url } from "./scenario.mjs";

const foreign = createServer((_, response) => {
  response.setHeader("Content-Type", "text/html");
  response.end("<!doctype html><title>foreign</title>");
});
await new Promise((resume) => foreign.listen(0, "127.0.0.1", resume));
const port = foreign.address().port;

/** What a script of a page gets from the console. */
async function attempts(base) {
  const get = async (path, options) => {
    try {
      const response = await fetch(base + path, options);
      return response.type === "opaque" ? "opaque" : String(response.status);
    } catch {
      return "refused";
    }
  };
  const load = (tag, attribute, path) =>
    new Promise((resume) => {
      const element = document.createElement(tag);
      element.onload = () => resume("loaded");
      element.onerror = () => resume("refused");
      element[attribute] = base + path;
      document.body.append(element);
    });
  const frame = async () => {
    const element = document.createElement("iframe");
    const loaded = new Promise((resume) => (element.onload = resume));
    element.src = `${base}/_fc3/`;
    document.body.append(element);
    await loaded;
    try {
      return element.contentDocument?.getElementById("project") ? "shown" : "refused";
    } catch {
      return "refused";
    }
  };
  return {
    page: await get("/_fc3/"),
    state: await get("/_fc3/state"),
    guessed: await get("/_fc3/state", { headers: { "Fc3-Token": "x".repeat(32) } }),
    events: await get("/_fc3/events"),
    function: await get("/2023-03-30/functions/hello/invocations", { method: "POST" }),
    script: await load("script", "src", "/_fc3/main.js"),
    image: await load("img", "src", "/_fc3/icon.svg"),
    frame: await frame(),
  };
}

await play(
  async (page, context) => {
    await page.goto(url);
    await ready(page);
    for (const host of ["127.0.0.1", "localhost"]) {
      const other = await context.newPage();
      await other.goto(`http://${host}:${port}/`);
      assert.deepEqual(
        await other.evaluate(attempts, origin),
        {
          page: "refused",
          state: "refused",
          guessed: "refused",
          events: "refused",
          function: "refused",
          script: "refused",
          image: "refused",
          frame: "refused",
        },
        host,
      );
    }
    // A page of the function is of the same origin, and has no token.
    const own = await context.newPage();
    await own.goto(`${origin}/`);
    const { state, guessed, events, frame } = await own.evaluate(attempts, origin);
    assert.deepEqual([state, guessed, events, frame], ["401", "401", "401", "refused"]);
    await other401(own);
  },
  { expected: /./, opens: null },
);
foreign.close();

/** A link from another site does not open the console, so that no site can make it do anything. */
async function other401(page) {
  const response = await page.request.get(`${origin}/_fc3/`, {
    headers: { "Sec-Fetch-Site": "cross-site" },
  });
  assert.equal(response.status(), 403);
}
