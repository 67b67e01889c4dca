// The language of the page: that of the browser, unless the user has chosen the other one.

import { words } from "./words.js";

const KEY = "fc3-language";
const listeners = [];

let language = stored() ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

function stored() {
  try {
    const chosen = localStorage.getItem(KEY);
    return chosen in words ? chosen : null;
  } catch {
    return null;
  }
}

/** The text with this key, with values in their places. */
export function t(key, ...values) {
  return words[language][key].replace(/\{(\d)\}/g, (_, place) => values[place]);
}

/** The language tag for dates and numbers. */
export function tag() {
  return language === "zh" ? "zh-CN" : "en-GB";
}

/** Calls a function now and after each change of the language. */
export function inEachLanguage(draw) {
  listeners.push(draw);
  draw();
}

/** Writes the texts that never change with the state. */
function translate() {
  document.documentElement.lang = tag();
  for (const element of document.querySelectorAll("[data-t]")) {
    element.textContent = t(element.dataset.t);
  }
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
  for (const element of document.querySelectorAll("[data-t-placeholder]")) {
    element.placeholder = t(element.dataset.tPlaceholder);
  }
}

/** Makes a button switch between the languages. */
export function startLanguage(button) {
  inEachLanguage(() => {
    translate();
    button.textContent = t("switchTo");
    button.lang = language === "zh" ? "en" : "zh-CN";
  });
  button.addEventListener("click", () => {
    language = language === "zh" ? "en" : "zh";
    try {
      localStorage.setItem(KEY, language);
    } catch {
      // Without storage, the choice lasts as long as the page.
    }
    listeners.forEach((draw) => draw());
  });
}
