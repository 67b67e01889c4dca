// Everything is reached and used by keyboard alone, and the focus is seen.

import assert from "node:assert/strict";
import { call, has, hasRows, play, ready } from "./scenario.mjs";

await play(async (page) => {
  await ready(page);
  await call("echo 1");
  await call("echo 2");
  await call("fail");
  await hasRows(page, 3);
  const press = (key) => page.keyboard.press(key);
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return {
        id: element.id,
        text: element.getAttribute("aria-label") ?? element.textContent,
        isSeen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
        isRow: element.tagName === "TR",
      };
    });
  const order = [];
  const tabTo = async (is) => {
    for (let count = 0; count < 60; count++) {
      await press("Tab");
      const element = await focused();
      assert.ok(element.isSeen, `the focus is not seen: ${JSON.stringify(element)}`);
      order.push(element.id || element.text);
      if (is(element)) {
        return element;
      }
    }
    assert.fail(`it is not reached: ${order}`);
  };

  await tabTo(({ text }) => text === "Skip to the log");
  await tabTo(({ id }) => id === "language");
  await tabTo(({ text }) => text === "Send greet");
  await press("Enter");
  await has(page, "#reply-body", /^hello$/);
  await hasRows(page, 4);
  await tabTo(({ id }) => id === "event");
  await press("Control+a");
  await page.keyboard.type("echo typed");
  await press("Control+Enter");
  await has(page, "#reply-body", /^typed$/);
  await hasRows(page, 5);
  // The list of invocations is one stop; the arrows move in it.
  await tabTo(({ isRow }) => isRow);
  await press("ArrowDown");
  await has(page, "#reply-body", /^hello$/);
  await press("ArrowDown");
  await has(page, "#reply-facts", "Luck");
  await press("End");
  assert.equal(await page.locator("#calls-rows tr").last().getAttribute("aria-selected"), "true");
  await press("Home");
  await has(page, "#reply-body", /^typed$/);
  assert.ok((await focused()).isRow && (await focused()).isSeen);
  await tabTo(({ id }) => id === "log-filter");
  await page.keyboard.type("hook");
  await tabTo(({ id }) => id === "log-one");
  await press("Space");
  assert.ok(await page.locator("#log-one").isChecked());
  await tabTo(({ id }) => id === "log");

  // Everything that takes the focus has a name.
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const focusable = nodes.filter(
    (node) =>
      !node.ignored &&
      node.role.value !== "RootWebArea" &&
      node.properties?.some(({ name, value }) => name === "focusable" && value.value),
  );
  assert.ok(focusable.length > 15, `${focusable.length}`);
  const nameless = focusable.filter((node) => !node.name?.value);
  assert.deepEqual(nameless.map((node) => node.role.value), []);
});
