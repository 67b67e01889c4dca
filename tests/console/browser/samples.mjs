// A sample is sent by one click; its reply, its log and its invocation are there.

import assert from "node:assert/strict";
import { call, has, hasRows, play, ready, rows, shifts, watchShifts } from "./scenario.mjs";

await play(async (page) => {
  await ready(page);
  assert.equal(await page.title(), `${await page.locator("#project").textContent()} · cargo fc3 dev`);
  assert.equal(await page.locator("#function-name").textContent(), "hello");
  // The token is not left in the address.
  assert.ok(!page.url().includes("token"), page.url());
  // The editor has the first sample before anything is sent.
  assert.equal(await page.locator("#event").inputValue(), '{"hello":"world"}');
  assert.equal(await rows(page).count(), 0);

  await page.getByRole("button", { name: "Send greet" }).click();
  await has(page, "#reply-body", /^hello$/);
  await has(page, "#reply-facts", /Succeeded.*ms.*sync/s);
  await hasRows(page, 1);
  const row = rows(page).first();
  assert.match(await row.textContent(), /synccold start.*Succeeded.*ms/s);
  assert.equal(await row.getAttribute("aria-selected"), "true");
  const id = await row.locator(".id").textContent();
  await has(page, "#log-lines", `FC Invoke End RequestId: ${id}`);
  assert.match(await page.locator("#duration-plot path").first().getAttribute("d"), /^M991 /);
  assert.match(await page.locator("#duration-plot").getAttribute("aria-label"), /last 1 inv.* ms$/);
  assert.equal(await page.locator("#event").inputValue(), "echo hello");

  // The event is edited and sent again.
  await page.locator("#event").fill('echo {"n":12345678901234567890,"list":[]}');
  await page.locator("#send-button").click();
  await has(page, "#reply-body", /^\{\s+"n": 12345678901234567890,\s+"list": \[\]\s+\}$/);
  await hasRows(page, 2);

  // The earlier reply comes back with its invocation.
  await rows(page).nth(1).click();
  await has(page, "#reply-body", /^hello$/);
  await page.getByLabel("Only the selected invocation").check();
  await page.waitForFunction(
    (id) => {
      const lines = [...document.querySelectorAll("#log-lines li")];
      return lines.length === 2 && lines.every((line) => line.textContent.includes(id));
    },
    id,
  );
  await page.getByLabel("Only the selected invocation").uncheck();
  await page.getByLabel("Filter").fill("no such line");
  await page.waitForFunction(() => document.querySelectorAll("#log-lines li").length === 0);
  await page.getByLabel("Filter").fill("");
  await has(page, "#log-lines", id);

  // An asynchronous event is queued, and its invocation follows.
  await page.getByLabel("Asynchronous").check();
  await page.locator("#send-button").click();
  await hasRows(page, 3);
  assert.match(await rows(page).first().textContent(), /async.*Succeeded/s);

  // A call of somebody else is shown too, and nothing moves by itself.
  await watchShifts(page);
  await call("log 50");
  await call("echo 1");
  await hasRows(page, 5);
  await has(page, "#log-lines", "line 49");
  assert.deepEqual(await shifts(page), []);
  await rows(page).first().click();
  await has(page, "#reply-body", "The reply went to the caller.");

  // After the page is loaded again, all that was there is there.
  await page.reload();
  await ready(page);
  await hasRows(page, 5);
  await has(page, "#log-lines", "line 49");
});
