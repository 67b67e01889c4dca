// `dev` ends while the page is open, and starts again with another token.

import assert from "node:assert/strict";
import { goOn, has, play, ready, told } from "./scenario.mjs";

await play(
  async (page) => {
    await ready(page);
    await page.getByRole("button", { name: "Send greet" }).click();
    await has(page, "#reply-body", /^hello$/);
    // The call may be told after its reply.
    await page.locator("#calls-rows tr").first().waitFor();
    told("open");
    await has(page, "#status-text", "cargo fc3 dev does not answer; trying again");
    told("gone");
    await goOn();
    await has(page, "#status-text", "cargo fc3 dev was started again; open the new address");
    // What was there can still be read.
    assert.equal(await page.locator("#reply-body").textContent(), "hello");
    assert.equal(await page.locator("#calls-rows tr").count(), 1);
  },
  { expected: /Failed to load resource/ },
);
