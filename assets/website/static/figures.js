// Adds "Picture (PNG)" to the links below each figure, and writes the website's own address into its citation.
//
// A figure is an SVG file, or, where the website has no file of it, a copy in a template element of the page. The copy
// gets the style sheet that files contain. Pictures are drawn at twice their size, for print.

import { inlineButton, saveAddress } from "./dom.js";

const SCALE = 2;

async function completeCopy(template) {
  const style = await (await fetch(template.dataset.style)).text();
  const markup = new XMLSerializer().serializeToString(template.content.querySelector("svg"));
  const complete = markup.replace(">", () => `><style>${style}</style>`);
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(complete)}`;
}

async function drawPng(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * SCALE;
  canvas.height = image.naturalHeight * SCALE;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

function addButton(actions, words, action) {
  actions.prepend(inlineButton(words, action), " · ");
}

for (const actions of document.querySelectorAll(".figure-actions")) {
  const { name } = actions.dataset;
  const file = actions.querySelector("a[href$='.svg']");
  const template = document.querySelector(`template[data-figure="${name}"]`);
  const readSvg = async () => file?.href ?? completeCopy(template);
  addButton(actions, "Picture (PNG)", async () => saveAddress(await drawPng(await readSvg()), `${name}.png`));
  if (!file) addButton(actions, "Picture (SVG)", async () => saveAddress(await readSvg(), `${name}.svg`));
}

for (const text of document.querySelectorAll(".copyable[data-root]")) {
  text.textContent = text.textContent.replaceAll("{website}/", new URL(text.dataset.root, location.href).href);
}
