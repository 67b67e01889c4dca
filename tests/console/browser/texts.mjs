// What a function says is text, whatever it looks like.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { has, play, project, ready } from "./scenario.mjs";

const HTML = '<img src="/_fc3/nothing" onerror="alert(1)"><script>alert(2)</script>';
// The function prints an event like that of a timer.
const LOGGED = `{"triggerTime":"\u001b[31m${HTML}\u001b[0m"}`;

writeFileSync(join(project, "events/<b>bold<b>.txt"), `echo ${HTML}`);
writeFileSync(join(project, "events/bytes.cbor"), Buffer.from([0xa1, 0x61, 0x61, 0xff]));

await play(async (page) => {
  await ready(page);
  const sample = page.getByRole("button", { name: "Send <b>bold<b>" });
  await sample.click();
  await has(page, "#reply-body", HTML);
  await page.locator("#event").fill(LOGGED);
  await page.locator("#send-button").click();
  // Without the colours of a terminal.
  await has(page, "#log-lines", `timer {"triggerTime":"${HTML}"}`);
  await page.locator("#event").fill(`echo {"a":"${HTML.replaceAll('"', '\\"')}"}`);
  await page.locator("#send-button").click();
  await has(page, "#reply-body", '"a": "<img src=');
  assert.equal(await page.locator("img").count(), 1, "only the icon");
  assert.equal(await page.locator("script").count(), 1, "only the page's own");
  assert.equal(await page.locator("b").count(), 0);

  // Bytes that are no text are sent as they are. The function reads each wrong one as three.
  await page.getByRole("button", { name: "bytes", exact: true }).click();
  await has(page, "#event-note", "bytes, 4 B of binary data, is sent as it is");
  await page.locator("#send-button").click();
  await has(page, "#reply-body", /^8$/);

  // Not even a mistake of the page itself could write HTML.
  const refused = await page.evaluate((html) => {
    try {
      document.querySelector("#reply-body").innerHTML = html;
    } catch (error) {
      return error.name;
    }
    return "written";
  }, HTML);
  assert.equal(refused, "TypeError");
}, { expected: /TrustedHTML/ });
