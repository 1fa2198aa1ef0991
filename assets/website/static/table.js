// Makes tables of the class "sortable" sortable by each column, and filters the table that a form of the class "filters"
// names in data-table. A cell's data-sort attribute replaces its text as the sort value.

const collator = new Intl.Collator("en-GB");

// Numbers sort by value, texts alphabetically.
function compare(a, b) {
  const [x, y] = [a, b].map((text) => (text === "" ? NaN : Number(text)));
  return Number.isNaN(x) || Number.isNaN(y) ? collator.compare(a, b) : x - y;
}

function sortValue(row, column) {
  const cell = row.cells[column];
  return cell.dataset.sort ?? cell.textContent.trim();
}

function sort(table, heading, column) {
  const ascending = heading.getAttribute("aria-sort") !== "ascending";
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => (ascending ? 1 : -1) * compare(sortValue(a, column), sortValue(b, column)));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  table.tBodies[0].append(...rows);
}

function makeSortable(table) {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(table, heading, column));
    heading.append(button);
  });
}

function matches(row, field) {
  const filter = field.dataset.filter;
  const rowValue = row.dataset[filter];
  const value = field.value.trim();
  if (!value) return true;
  if (filter === "name") return rowValue.includes(value.toLowerCase());
  return filter === "grades" ? rowValue.split(" ").includes(value) : rowValue === value;
}

function makeFilters(form) {
  const rows = [...document.getElementById(form.dataset.table).tBodies[0].rows];
  const fields = [...form.querySelectorAll("[data-filter]")];
  const count = form.querySelector(".match-count");
  const apply = () => {
    for (const row of rows) row.hidden = !fields.every((field) => matches(row, field));
    count.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} authorities`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply)); // the event precedes the reset
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
}

document.querySelectorAll("table.sortable").forEach(makeSortable);
document.querySelectorAll("form.filters[data-table]").forEach(makeFilters);
