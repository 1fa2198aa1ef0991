// Opens the overview of a report beside its text on wide screens, and collapses it above the text on small ones. Adds
// "Show the printed page" to findings and recommendations if the server draws pages, as "inspections serve" does.

import { element, inlineButton } from "./dom.js";

const overview = document.querySelector(".overview");
const details = overview.querySelector("details");
const isWide = matchMedia("(min-width: 64rem)"); // as in style.css

function adapt() {
  details.open = isWide.matches;
}

overview.classList.add("collapsible");
isWide.addEventListener("change", adapt);
overview.addEventListener("click", (event) => {
  if (event.target.closest("a") && !isWide.matches) details.open = false;
});
adapt();

// The pictures of all pages on which a text is printed.
function printedPages(item) {
  const { report } = item.closest("[data-report]").dataset;
  const { table } = item.closest("[data-table]").dataset;
  const [first, last] = item.dataset.pages.split("-").map(Number);
  const figure = element("figure");
  for (let page = first; page <= last; page += 1) {
    const src = new URL(`../evidence/${report}/${table}/${item.dataset.ordinal}/${page}.png`, import.meta.url);
    const alt = `Page ${page} of the report, with a box around this text`;
    const image = element("img", { className: "evidence", alt, src });
    image.addEventListener("error", () => image.replaceWith(`Page ${page} cannot be shown here.`));
    figure.append(image);
  }
  return figure;
}

function addPrintedPages(item) {
  let figure = null;
  const button = inlineButton("Show the printed page", () => {
    figure ??= printedPages(item);
    if (figure.isConnected) figure.remove();
    else item.lastElementChild.append(figure);
    button.setAttribute("aria-expanded", String(figure.isConnected));
  });
  button.setAttribute("aria-expanded", "false");
  item.querySelector("p.note").append(" · ", button);
}

const server = await (await fetch(new URL("server.json", import.meta.url))).json();
if (server.evidence) document.querySelectorAll("[data-pages]").forEach(addPrintedPages);
