// Building the page. Text only ever goes in as text: nothing here, and nothing
// elsewhere, sets HTML.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === false || value === null) continue;
    if (key === "on") for (const [event, f] of Object.entries(value)) node.addEventListener(event, f);
    else if (value === true) node.setAttribute(key, "");
    else node.setAttribute(key, value);
  }
  node.append(...children.flat(9).filter((c) => c !== undefined && c !== null && c !== false));
  return node;
}

// button runs an action and is locked while it runs, so that a second tap does
// nothing.
export function button(text, action, props = {}) {
  const b = el("button", { type: "button", class: "button", ...props }, text);
  b.addEventListener("click", async () => {
    if (b.disabled) return;
    b.disabled = true;
    try { await action(); } finally { b.disabled = false; }
  });
  return b;
}

export function card(...children) { return el("div", { class: "card" }, ...children); }

export function facts(...pairs) {
  return el("dl", {}, pairs.filter(Boolean).map(([term, text, style]) =>
    el("div", {}, el("dt", {}, term), el("dd", { class: style }, text))));
}

// say tells a screen reader, without moving the focus.
export function say(text) { document.getElementById("said").textContent = text; }

// every calls f now and then every ms milliseconds until signal is aborted; a
// page that nobody looks at does not ask.
export function every(ms, signal, f) {
  let timer;
  const turn = async () => {
    if (signal.aborted) return;
    if (!document.hidden) await f();
    if (!signal.aborted) timer = setTimeout(turn, ms);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  turn();
}
