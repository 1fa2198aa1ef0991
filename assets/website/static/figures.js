// Adds "Picture (PNG)" to the links below each figure, and writes the website's own address into its citation.
//
// A figure is an SVG file, or, where the website has no file of it, a copy in a template element of the page.

import { inlineButton, saveAddress } from "./dom.js";
import { pngAddress, svgAddress } from "./pictures.js";

function addButton(actions, words, action) {
  actions.prepend(inlineButton(words, action), " · ");
}

for (const actions of document.querySelectorAll(".figure-actions")) {
  const { name } = actions.dataset;
  const file = actions.querySelector("a[href$='.svg']");
  const template = document.querySelector(`template[data-figure="${name}"]`);
  const readSvg = async () => file?.href ?? svgAddress(template.content.querySelector("svg"), template.dataset.style);
  if (!file) addButton(actions, "Picture (SVG)", async () => saveAddress(await readSvg(), `${name}.svg`));
  addButton(actions, "Picture (PNG)", async () => saveAddress(await pngAddress(await readSvg()), `${name}.png`));
}

for (const text of document.querySelectorAll(".copyable[data-root]")) {
  text.textContent = text.textContent.replaceAll("{website}/", new URL(text.dataset.root, location.href).href);
}
