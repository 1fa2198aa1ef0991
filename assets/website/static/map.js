// Makes the map work by pointer, touch and keyboard: the authority and its grade appear next to its outline.
//
// Tab moves to the map and arrow keys to the nearest outline in their direction; Enter opens the authority, Escape hides
// the words. The first tap on an outline shows the words with a link. Grades come from the table below the map.

const map = document.getElementById("map");
const svg = map.querySelector("svg");
const tooltip = document.getElementById("map-tooltip");
const picture = tooltip.parentElement;
// London is drawn twice; only its enlarged outlines, which come last, are reached by keyboard.
const links = [...new Map([...svg.querySelectorAll("a")].map((link) => [link.dataset.urn, link])).values()];
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function describe(link) {
  const row = document.querySelector(`#authority-table a[href="${link.getAttribute("href")}"]`).closest("tr");
  const radios = [...map.querySelectorAll("input")];
  const selected = map.querySelector("input:checked");
  const grade = row.cells[radios.indexOf(selected) + 1].textContent.trim();
  const area = selected.parentElement.textContent.trim();
  return `${row.cells[0].textContent.trim()}: ${grade === "–" ? "no grade" : grade.toLowerCase()} (${area.toLowerCase()})`;
}

function centre(link) {
  const box = link.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

// Show the words above the outline, within the picture.
function show(link, withLink = false) {
  const words = withLink ? document.createElement("a") : document.createElement("span");
  if (withLink) words.href = link.getAttribute("href");
  words.textContent = describe(link);
  tooltip.replaceChildren(words);
  tooltip.hidden = false;
  const frame = picture.getBoundingClientRect();
  const [x] = centre(link);
  const left = Math.min(Math.max(x - frame.x - tooltip.offsetWidth / 2, 0), frame.width - tooltip.offsetWidth);
  const top = link.getBoundingClientRect().top - frame.y - tooltip.offsetHeight - 4;
  tooltip.style.left = `${left}px`;
  tooltip.style.top = `${Math.max(top, 0)}px`;
}

function hide() {
  tooltip.hidden = true;
}

// Distance in a direction, in which steps aside count twice; infinite for outlines on the other side.
function distance(from, to, [dx, dy]) {
  const [x, y] = [to[0] - from[0], to[1] - from[1]];
  const ahead = x * dx + y * dy;
  const aside = Math.abs(x * dy) + Math.abs(y * dx);
  return ahead > 0 ? ahead + 2 * aside : Infinity;
}

function nearest(link, direction) {
  const from = centre(link);
  const distances = links.map((other) => distance(from, centre(other), direction));
  const least = Math.min(...distances);
  return least === Infinity ? link : links[distances.indexOf(least)];
}

function makeReachable(link) {
  for (const other of links) other.setAttribute("tabindex", other === link ? "0" : "-1");
}

svg.removeAttribute("aria-hidden");
svg.setAttribute("role", "group");
svg.setAttribute("aria-label", "Map of authorities: arrow keys move between them");
for (const link of svg.querySelectorAll("a")) {
  if (links.includes(link)) link.setAttribute("aria-label", describe(link));
  else link.setAttribute("aria-hidden", "true");
}
makeReachable(links[0]);

// The listeners are on the element around the map: browsers put a map with listeners of focus into the tab order itself.
function listen(type, action) {
  picture.addEventListener(type, (event) => action(event, event.target.closest("svg a")));
}

listen("pointerover", (event, link) => {
  if (link && event.pointerType === "mouse") show(link);
});
picture.addEventListener("pointerleave", (event) => {
  if (event.pointerType === "mouse") hide();
});
listen("focusin", (_, link) => {
  if (!link) return;
  makeReachable(link);
  show(link);
});
listen("focusout", (event) => {
  if (!tooltip.contains(event.relatedTarget)) hide();
});
listen("keydown", (event, link) => {
  if (link && event.key in DIRECTIONS) {
    event.preventDefault();
    nearest(link, DIRECTIONS[event.key]).focus();
  } else if (event.key === "Escape") {
    hide();
  }
});
listen("click", (event, link) => {
  if (link && event.pointerType === "touch") {
    event.preventDefault();
    show(link, true);
  }
});
map.addEventListener("change", () => {
  hide();
  for (const link of links) link.setAttribute("aria-label", describe(link));
});
