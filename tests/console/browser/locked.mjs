// Without a token, or with one that is no more, the page says what to open.

import assert from "node:assert/strict";
import { has, origin, play, ready, url } from "./scenario.mjs";

await play(
  async (page) => {
    await page.goto(`${origin}/_fc3/`);
    await has(page, "#locked", "Open the address that dev printed");
    assert.ok(await page.locator("main").isHidden());
    await page.goto("about:blank");
    await page.goto(`${origin}/_fc3/#token=${"x".repeat(32)}`);
    await has(page, "#locked", "Open the address that dev printed");
    assert.ok(await page.locator("main").isHidden());
    await page.goto("about:blank");
    await page.goto(url);
    await ready(page);
    assert.ok(await page.locator("#locked").isHidden());
  },
  { expected: /status of 401/, opens: null },
);
