// Adds "Copy with source" to every quotable text, and "Copy" to every element of the class "copyable".
//
// A quotable text is an element with data-place; it or an element around it has data-citation. Its first paragraph is the
// text, its link of the class "source" the page of the report. Without that link the page of this website is cited.
// Browsers offer the clipboard on secure origins only; elsewhere there are no buttons.

import { element, inlineButton } from "./dom.js";

const FEEDBACK_MILLISECONDS = 3000;

function quotation(item) {
  const { citation } = item.closest("[data-citation]").dataset;
  const text = item.querySelector("p").textContent.trim();
  const address = item.querySelector("a.source")?.href ?? new URL(`#${item.id}`, location.href).href;
  return `“${text}”\n${citation}, ${item.dataset.place}. ${address}`;
}

// A button keeps its words, and the status next to it states the result: screen readers announce it.
function copyButton(words, read) {
  const status = element("span");
  status.setAttribute("role", "status");
  const button = inlineButton(words, async () => {
    try {
      await navigator.clipboard.writeText(read());
      status.textContent = " Copied";
    } catch {
      status.textContent = " Not copied: the browser does not allow it";
    }
    setTimeout(() => status.replaceChildren(), FEEDBACK_MILLISECONDS);
  });
  return [" · ", button, status];
}

export function addCopyButtons(root) {
  if (!navigator.clipboard) return;
  for (const item of root.querySelectorAll("[data-place]")) {
    const buttons = copyButton("Copy with source", () => quotation(item));
    buttons[1].setAttribute("aria-label", `Copy with source: ${item.dataset.place}`);
    item.querySelector("p.note").append(...buttons);
  }
  for (const text of root.querySelectorAll(".copyable")) {
    const [, button, status] = copyButton("Copy", () => text.textContent);
    text.after(button, status);
  }
}

addCopyButtons(document);
