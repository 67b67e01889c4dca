// Chinese for a browser that asks for it, English for the others, and a switch that is remembered.

import assert from "node:assert/strict";
import { has, play, ready } from "./scenario.mjs";

await play(
  async (page) => {
    await ready(page);
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
    await page.getByRole("button", { name: "发送 greet" }).click();
    await has(page, "#reply-facts", /成功/);
    await has(page, "#calls-rows tr", /同步冷启动.*成功/s);
    await has(page, "#log-lines", "hello 的实例已启动");
    // No text of the page is left in English.
    const texts = await page.evaluate(() => {
      const own = [...document.querySelectorAll("[data-t], [data-t-label], [data-t-placeholder]")];
      const texts = own.flatMap((element) => [
        element.dataset.t && element.textContent,
        element.dataset.tLabel && element.getAttribute("aria-label"),
        element.dataset.tPlaceholder && element.placeholder,
      ]);
      return texts.filter(Boolean);
    });
    assert.ok(texts.length > 25, `${texts.length}`);
    const english = texts.filter((text) => !/[\u4e00-\u9fff]/.test(text));
    assert.deepEqual(english, ["content-type: application/json"]);

    await page.getByRole("button", { name: "English" }).click();
    assert.equal(await page.locator("html").getAttribute("lang"), "en-GB");
    await has(page, "#reply-facts", /Succeeded/);
    await has(page, "#calls-rows tr", /synccold start.*Succeeded/s);
    await has(page, "#log-lines", "Started an instance of hello");
    await page.reload();
    await has(page, "#status-text", /^Ready/);
    await page.getByRole("button", { name: "中文" }).click();
    await has(page, "#status-text", /^就绪/);
  },
  { locale: "zh-CN" },
);
