// Light and dark, wide and narrow: every text has enough contrast, and nothing is cut off.

import assert from "node:assert/strict";
import { call, has, hasRows, play, ready, rows } from "./scenario.mjs";

/** The texts whose contrast with what is behind them is too low. */
function faint() {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const colour = (text) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([red, green, blue]) => {
    const linear = [red, green, blue].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const background = colour(getComputedStyle(at).backgroundColor);
      if (background[3] === 255) {
        return background;
      }
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.body.querySelectorAll("*")) {
    const hasText = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.data.trim(),
    );
    const isShown = element.checkVisibility() && !element.closest(".unseen, .skip, :has(> :disabled)");
    if ((!hasText && !element.value) || !isShown || element.disabled) {
      continue;
    }
    const [text, ground] = [colour(getComputedStyle(element).color), behind(element)].map(luminance);
    const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    if (contrast < 4.5) {
      found.push(`${element.outerHTML.slice(0, 80)}: ${contrast.toFixed(2)}`);
    }
  }
  return found;
}

await play(async (page) => {
  await ready(page);
  await call("log 2");
  await call("fail");
  await call("exit");
  await hasRows(page, 3);
  await rows(page).nth(1).click();
  await has(page, "#reply-facts", "Luck");
  const grounds = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    grounds.push(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor));
    assert.deepEqual(await page.evaluate(faint), [], colorScheme);
  }
  assert.notEqual(grounds[0], grounds[1]);
  await page.locator("#function").selectOption("page");
  for (const width of [1600, 1000, 768, 390, 320]) {
    await page.setViewportSize({ width, height: 700 });
    // Only lists may be wider than the window, and they scroll.
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} of ${width} pixels`);
    for (const part of ["#send-button", "#log-filter", "#language", "#calls-table"]) {
      await page.locator(part).scrollIntoViewIfNeeded();
      assert.ok(await page.locator(part).isVisible(), `${part} at ${width}`);
    }
  }
});
