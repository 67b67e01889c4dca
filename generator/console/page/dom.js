// Small helpers for the document. Everything that comes from outside becomes text, never HTML.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** A new element with properties and children. A text is a child too. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") {
      element.setAttribute(name, value);
    } else {
      element[name] = value;
    }
  }
  element.append(...children);
  return element;
}

/** A function that draws at most once a frame, however often it is called. */
export function oncePerFrame(draw) {
  let isDue = false;
  const run = () => {
    isDue = false;
    draw();
  };
  return () => {
    if (isDue) {
      return;
    }
    isDue = true;
    // A hidden page has no frames.
    if (document.hidden) {
      setTimeout(run, 250);
    } else {
      requestAnimationFrame(run);
    }
  };
}

/** Tells something to those who do not see the page. */
export function say(text) {
  byId("said").textContent = text;
}
