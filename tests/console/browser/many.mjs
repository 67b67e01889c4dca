// A thousand invocations, and a flood of lines: what is shown has a limit, and clicks still answer.

import assert from "node:assert/strict";
import { call, has, play, ready, rows } from "./scenario.mjs";

const CALLS = 1000;

await play(async (page) => {
  await ready(page);
  const before = await page.evaluate(() => document.getElementsByTagName("*").length);
  let left = CALLS;
  const caller = async () => {
    while (left-- > 0) {
      assert.equal(await call("log 3"), "");
    }
  };
  const callers = Promise.all(Array.from({ length: 5 }, caller));
  // It is used meanwhile.
  await has(page, "#calls-rows tr", /Succeeded/);
  await page.getByRole("button", { name: "Send greet" }).click();
  await has(page, "#reply-body", /^hello$/);
  await page.locator("#event").fill("echo meanwhile");
  await page.locator("#send-button").click();
  await has(page, "#reply-body", /^meanwhile$/);
  await callers;
  await has(page, "#calls-count", "the last 200 of 1002");
  assert.equal(await rows(page).count(), 200);

  await call("flood 20");
  await has(page, "#calls-count", "the last 200 of 1003");
  const lines = await page.locator("#log-lines li").count();
  assert.ok(lines > 0 && lines <= 1000, `${lines} lines`);
  const added = (await page.evaluate(() => document.getElementsByTagName("*").length)) - before;
  assert.ok(added < 200 * 9 + 1000 * 4 + 100, `${added} elements`);

  await rows(page).nth(150).click();
  assert.equal(await rows(page).nth(150).getAttribute("aria-selected"), "true");
  await page.getByRole("button", { name: "Send greet" }).click();
  await has(page, "#reply-body", /^hello$/);
  await has(page, "#calls-count", "the last 200 of 1004");

  // A page that is opened now has what is kept.
  await page.reload();
  await ready(page);
  await has(page, "#calls-count", /^the last 200 of 1000$/);
  await has(page, "#log-lines", "Earlier lines are not kept");
});
