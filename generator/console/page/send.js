// The form: which function, what to send, and how.

import { ask } from "./access.js";
import { byId, make } from "./dom.js";
import { looksLikeJson, pretty, size, textOf } from "./format.js";
import { inEachLanguage, t } from "./language.js";
import { callFunction, hasBodyIn, requestFunction } from "./requests.js";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
// The largest sample that is shown in the editor.
const EDITED = 256 * 1024;

export function startSend({ wait, receive }) {
  const editor = byId("event");
  let functions = [];
  let samples = [];
  let current = null;
  let mode = "event";
  let loaded = null;
  // A sample that is sent as it is, since the editor cannot show it.
  let held = null;
  let shown = "";

  byId("method").append(...METHODS.map((method) => make("option", {}, method)));
  const isMac = /mac|iphone|ipad/i.test(navigator.platform);
  byId("send-keys").textContent = isMac ? "⌘↵" : "Ctrl ↵";

  const note = () => {
    const text = editor.value;
    if (held) {
      const key = held.isText ? "large" : "binary";
      return t(key, held.name, size(held.bytes.length));
    }
    if (looksLikeJson(text)) {
      try {
        JSON.parse(text);
      } catch (error) {
        return t("notJson", error.message);
      }
    }
    return "";
  };
  const drawNote = () => {
    byId("event-note").textContent = note();
    byId("event-note").title = note();
  };

  const isHttp = () => mode === "http";

  const draw = () => {
    const names = functions.map((one) => one.name);
    byId("function-name").textContent = names.length === 1 ? names[0] : "";
    byId("function").hidden = names.length < 2;
    byId("function").replaceChildren(...names.map((name) => make("option", {}, name)));
    if (current) {
      byId("function").value = current.name;
    }
    byId("modes").hidden = !current?.is_http;
    for (const button of byId("modes").children) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    }
    byId("http-part").hidden = !isHttp();
    byId("event-part").hidden = isHttp();
    byId("async-label").hidden = isHttp();
    drawEditor();
    drawLink();
    drawSamples();
    drawNote();
  };

  const drawEditor = () => {
    const method = byId("method").value;
    const hasBody = !isHttp() || hasBodyIn(method);
    editor.disabled = !hasBody;
    byId("format").disabled = !hasBody;
    editor.setAttribute("aria-label", t(isHttp() ? "body" : "event"));
    editor.placeholder = hasBody ? t(isHttp() ? "body" : "event") : t("noBody", method);
  };

  // The path as it is written. A browser would take `//a` for a host.
  const target = () => {
    const path = byId("path").value;
    const url = new URL(`http://host${path.startsWith("/") ? "" : "/"}${path}`);
    return url.pathname + url.search;
  };
  const drawLink = () => {
    byId("open").hidden = !current?.url;
    if (current?.url) {
      byId("open").href = current.url.replace(/\/$/, "") + target();
    }
  };

  /** The samples of the function's project. */
  const own = () => samples.filter((sample) => sample.project === current?.project);
  const drawSamples = () => {
    const rows = own().map((sample) => {
      const load = make("button", {
        type: "button",
        className: "load",
        title: sample.name,
        "aria-pressed": String(sample.name === loaded),
      });
      load.textContent = sample.name;
      load.addEventListener("click", () => loadSample(sample));
      const now = make("button", { type: "button", className: "now" }, t("send"));
      now.setAttribute("aria-label", t("sendSample", sample.name));
      now.addEventListener("click", async () => {
        if (await loadSample(sample)) {
          await send();
        }
      });
      return make("li", {}, load, now);
    });
    byId("samples").replaceChildren(...rows);
  };

  const loadSample = async (sample) => {
    const response = await ask(`samples/${sample.path}`).catch(() => null);
    if (!response?.ok) {
      const problem = t("noSample", sample.name);
      receive({ requestId: null, bytes: new Uint8Array(), problem });
      return false;
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = textOf(bytes);
    const fits = text !== null && bytes.length <= EDITED;
    held = fits ? null : { name: sample.name, bytes, isText: text !== null };
    editor.value = fits ? text : "";
    load(sample.name);
    return true;
  };

  /** Marks the sample that the editor shows unchanged. */
  const load = (name) => {
    loaded = name;
    for (const button of byId("samples").querySelectorAll(".load")) {
      button.setAttribute("aria-pressed", String(button.textContent === loaded));
    }
    drawNote();
  };

  const send = async () => {
    if (!current) {
      return;
    }
    wait();
    const body = held?.bytes ?? editor.value;
    if (isHttp()) {
      const request = { method: byId("method").value, headers: byId("headers").value, body };
      receive(await requestFunction(current.name, target(), request));
    } else {
      receive(await callFunction(current.name, body, byId("async").checked));
    }
  };

  byId("send").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  byId("send").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    }
  });
  editor.addEventListener("input", () => {
    held = null;
    load(null);
  });
  byId("path").addEventListener("input", drawLink);
  byId("method").addEventListener("change", drawEditor);
  byId("format").addEventListener("click", () => {
    editor.value = pretty(editor.value) ?? editor.value;
    drawNote();
  });
  byId("function").addEventListener("change", (event) => {
    choose(functions.find((one) => one.name === event.target.value));
  });
  byId("modes").addEventListener("click", (event) => {
    mode = event.target.dataset.mode ?? mode;
    draw();
  });

  const choose = (next) => {
    if (next?.name !== current?.name) {
      mode = next?.is_http ? "http" : "event";
    } else if (!next?.is_http) {
      mode = "event";
    }
    if (next?.project !== current?.project) {
      // Another project may have another sample of this name.
      loaded = null;
    }
    current = next;
    draw();
  };

  inEachLanguage(draw);
  return {
    show(state) {
      // What is drawn again loses the focus.
      const text = JSON.stringify([state.functions, state.samples]);
      if (text === shown) {
        return;
      }
      shown = text;
      const isFirst = functions.length === 0;
      ({ functions, samples } = state);
      choose(functions.find((one) => one.name === current?.name) ?? functions[0]);
      const first = own().find((sample) => sample.name === "invoke") ?? own()[0];
      if (isFirst && first && !isHttp()) {
        loadSample(first);
      }
    },
  };
}
