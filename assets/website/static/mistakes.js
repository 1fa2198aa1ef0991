// Adds a link to every judgement, finding and recommendation of a report that reports a mistake in it.
//
// The link of the whole report comes from the website's settings; here "{place}" and "{value}" are filled in.

const MAX_VALUE_CHARACTERS = 100;

function mistakeLink(template, place, value) {
  const line = value.replace(/\s+/g, " ").trim();
  const short = line.length > MAX_VALUE_CHARACTERS ? `${line.slice(0, MAX_VALUE_CHARACTERS)}…` : line;
  const link = document.createElement("a");
  link.href = template
    .replace(encodeURIComponent("{place}"), () => encodeURIComponent(place))
    .replace(encodeURIComponent("{value}"), () => encodeURIComponent(short));
  link.className = "mistake";
  link.textContent = "Report a mistake";
  link.setAttribute("aria-label", `Report a mistake: ${place}`);
  return link;
}

const report = document.querySelector("[data-mistake-link]");
if (report) {
  const template = report.dataset.mistakeLink;
  for (const row of report.querySelectorAll("[data-place]")) {
    row.querySelector("p.note").append(" · ", mistakeLink(template, row.dataset.place, row.querySelector("p").textContent));
  }
  for (const row of report.querySelectorAll("[data-judgement]")) {
    const grade = row.querySelector("[data-label=Grade]").textContent;
    row.lastElementChild.append(document.createElement("br"), mistakeLink(template, row.dataset.judgement, grade));
  }
}
