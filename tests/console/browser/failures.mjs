// A function that fails, one that ends, and an event that is no JSON.

import assert from "node:assert/strict";
import { has, hasRows, play, ready, rows } from "./scenario.mjs";

await play(async (page) => {
  await ready(page);
  await page.getByRole("button", { name: "Send luck" }).click();
  await has(page, "#reply-facts", "Luck");
  await has(page, "#reply-body", /^no luck\s+\{\s+"errorMessage": "no luck"/);
  await hasRows(page, 1);
  assert.equal(await rows(page).first().locator(".bad").textContent(), "Luck");
  assert.equal(await page.locator("#duration-plot .failed").count(), 1);

  await page.locator("#event").fill("exit");
  await page.locator("#send-button").click();
  await hasRows(page, 2);
  await has(page, "#reply-facts .bad", /./);
  await has(page, "#log-lines", "An instance of hello has ended by itself");
  // The next call gets another instance.
  await page.locator("#event").fill("echo again");
  await page.locator("#send-button").click();
  await has(page, "#reply-body", /^again$/);

  await page.locator("#event").fill('{"a": }');
  await has(page, "#event-note", /^Not valid JSON: /);
  await page.locator("#event").fill('{"a":[1,{"b":2.50}]}');
  await page.waitForFunction(() => !document.querySelector("#event-note").textContent);
  await page.getByRole("button", { name: "Format" }).click();
  assert.equal(
    await page.locator("#event").inputValue(),
    '{\n  "a": [\n    1,\n    {\n      "b": 2.50\n    }\n  ]\n}',
  );
});
