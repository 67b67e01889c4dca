// What all scenarios share: a browser, the page, and what must never happen on it.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { chromium } = createRequire(import.meta.url)(process.env.PLAYWRIGHT);

// As root, Chromium has no sandbox; and without these, it calls home.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
// On a busy machine, everything takes long.
const LIMIT = 90_000;

export const url = process.env.CONSOLE;
export const project = process.env.PROJECT;
export const origin = new URL(url).origin;

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();

/** Tells the test how far this is. */
export const told = (stage) => console.log(stage);

/** Waits until the test says so. */
export const goOn = () => lines.next();

/**
 * Plays a scenario on a page of its own. `expected` matches messages of the browser that belong to it.
 */
export async function play(scenario, { expected = /(?!)/, opens = url, ...options } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: FLAGS,
    timeout: LIMIT,
  });
  const problems = [];
  const problem = (text) => expected.test(text) || problems.push(text);
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.setDefaultTimeout(LIMIT);
    context.on("weberror", (error) => problem(`error: ${error.error().stack}`));
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) {
        problem(`console: ${message.text()}`);
      }
    });
    context.on("request", (request) => {
      if (new URL(request.url()).hostname !== new URL(url).hostname) {
        problem(`request: ${request.url()}`);
      }
    });
    context.on("dialog", (dialog) => {
      problem(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    const page = await context.newPage();
    if (opens) {
      await page.goto(opens);
    }
    await scenario(page, context);
    assert.deepEqual(problems, []);
  } catch (error) {
    console.error(error.stack, problems);
    process.exitCode = 1;
  } finally {
    await browser.close();
    input.close();
  }
}

/** Waits until the program serves. */
export const ready = (page) => has(page, "#status-text", /^(Ready|就绪)/);

/** Waits until an element has a text. */
export async function has(page, selector, text) {
  await page.locator(selector).filter({ hasText: text }).first().waitFor();
}

/** The rows of the invocations. */
export const rows = (page) => page.locator("#calls-rows tr");

/** Waits until there are so many rows. */
export const hasRows = (page, count) =>
  page.waitForFunction(
    (count) => document.querySelectorAll("#calls-rows tr").length === count,
    count,
  );

/** Notes from now on what moves by itself. The lists are meant to. */
export const watchShifts = (page) =>
  page.evaluate(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => {
      const moved = list.getEntries().filter((entry) => !entry.hadRecentInput);
      for (const { node } of moved.flatMap((entry) => entry.sources)) {
        const element = node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement;
        if (element && !element.closest("#calls-rows, #log-lines")) {
          globalThis.shifts.push(element.outerHTML.slice(0, 120));
        }
      }
    }).observe({ type: "layout-shift" });
  });

/** What has moved by itself. */
export const shifts = (page) => page.evaluate(() => globalThis.shifts);

/** Calls the function as a program does. */
export async function call(event, name = "hello") {
  const response = await fetch(`${origin}/2023-03-30/functions/${name}/invocations`, {
    method: "POST",
    body: event,
  });
  return response.text();
}
