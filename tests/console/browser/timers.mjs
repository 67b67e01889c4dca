// The timers, when each fires next, and the calls that they make.

import assert from "node:assert/strict";
import { has, play, ready } from "./scenario.mjs";

await play(async (page) => {
  await ready(page);
  const timer = (name) => page.locator("#timer-list li").filter({ hasText: name }).locator(".when");
  await timer("often").filter({ hasText: /\d\d:\d\d:\d\d · in \d seconds?$/ }).waitFor();
  assert.match(await timer("yearly").textContent(), /^\d+ \w+ \d\d:\d\d:00 · in \d+ \w+$/);
  assert.ok(await page.locator("#timers-note").isHidden());
  await has(page, "#calls-rows tr", /timer often.*Succeeded/s);
  await has(page, "#log-lines", /timer {.*"triggerName":"often"/);
  // The time changes as the timer fires.
  const first = await timer("often").textContent();
  await page.waitForFunction(
    (first) => document.querySelector("#timer-list .when").textContent !== first,
    first,
  );
});
