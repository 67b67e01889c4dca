// Edits while the page is open: it names the file, shows what failed, and calls the new program.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { has, hasRows, play, project, ready, shifts, watchShifts } from "./scenario.mjs";

const handler = join(project, "src/handler.rs");
const settings = join(project, "s.yaml");

await play(async (page) => {
  await ready(page);
  const send = async (event, reply) => {
    await page.locator("#event").fill(event);
    await page.locator("#send-button").click();
    await has(page, "#reply-body", reply);
  };
  await send("which", /^one$/);
  await watchShifts(page);

  writeFileSync(handler, 'pub const WHICH: &str = "two";\n');
  await has(page, "#status-text", /^Ready: built in .* after a change of src\/handler\.rs$/);
  await has(page, "#log-lines", "Changed src/handler.rs");
  await send("which", /^two$/);

  writeFileSync(handler, "pub const WHICH: &str = 3;\n");
  await has(page, "#status-text", "The build failed; the last program goes on");
  assert.equal(await page.locator("#status").getAttribute("data-tone"), "bad");
  await has(page, "#log-lines", "mismatched types");
  await send("which", /^two$/);

  writeFileSync(handler, 'pub const WHICH: &str = "four";\n');
  await has(page, "#status-text", /^Ready: built/);
  await send("which", /^four$/);

  const yaml = readFileSync(settings, "utf8");
  writeFileSync(settings, yaml.replace("GREETING: hello", "GREETING: goodbye"));
  await has(page, "#status-text", "Ready: restarted after a change of s.yaml");
  await send("variable GREETING", /^goodbye$/);
  writeFileSync(settings, "resources: [");
  await has(page, "#status-text", "The settings cannot be read; the last ones stay");
  await has(page, "#log-lines .error", "s.yaml:1");
  writeFileSync(settings, yaml.replace("functionName: hello", "functionName: renamed"));
  await has(page, "#function-name", /^renamed$/);
  await send("echo renamed", /^renamed$/);
  await hasRows(page, 6);
  assert.deepEqual(await shifts(page), []);
});
