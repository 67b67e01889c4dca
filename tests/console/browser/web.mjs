// A function with an HTTP trigger gets requests, and the whole response is shown.

import assert from "node:assert/strict";
import { has, hasRows, origin, play, ready, rows } from "./scenario.mjs";

await play(async (page) => {
  await ready(page);
  await page.locator("#function").selectOption("page");
  await page.getByLabel("Path").fill("/a/../b?c=d e");
  await page.locator("#send-button").click();
  await has(page, "#reply-body", /^HTTP 418\n/);
  await has(page, "#reply-body", "x-own: yes");
  await has(page, "#reply-body", "GET /b?c=d%20e");
  await hasRows(page, 1);
  assert.match(await rows(page).first().textContent(), /page.*GET \/b\?c=d%20e.*418/s);
  assert.equal(await page.locator("#open").getAttribute("href"), `${origin}/b?c=d%20e`);

  await page.getByLabel("Method").selectOption("POST");
  await page.getByLabel("Headers").fill("X-Mine: 1\n\nContent-Type: text/x-own");
  await page.getByLabel("Body").fill("the body");
  await page.locator("#send-button").click();
  await has(page, "#reply-body", /x-mine: 1/i);
  await has(page, "#reply-body", /content-type: text\/x-own/i);
  await has(page, "#reply-body", /the body$/);
  const reply = await page.locator("#reply-body").textContent();
  assert.ok(!reply.toLowerCase().includes("fc3-token"), reply);

  // The trigger does not let every method through.
  await page.getByLabel("Method").selectOption("DELETE");
  await page.locator("#send-button").click();
  await has(page, "#reply-body", /^HTTP 403\n.*AccessDenied/s);
  await page.getByLabel("Headers").fill("not a header");
  await page.locator("#send-button").click();
  await has(page, "#reply-body", /^No reply: /);

  // It can be sent events too, and opened in a tab that cannot reach this one.
  await page.getByRole("button", { name: "Event", exact: true }).click();
  await page.getByRole("button", { name: "Send greet" }).click();
  await has(page, "#reply-body", /^hello$/);
  await page.getByRole("button", { name: "HTTP request" }).click();
  const [tab] = await Promise.all([
    page.context().waitForEvent("page"),
    page.getByRole("link", { name: "Open" }).click(),
  ]);
  await tab.waitForLoadState();
  assert.match(await tab.textContent("body"), /^GET \/b\?c=d%20e/);
  const known = await tab.evaluate(() => [window.opener, sessionStorage.length]);
  assert.deepEqual(known, [null, 0]);
}, { expected: /status of 418|status of 404/ });
