// Sorts tables of the class "sortable" by their columns, and filters those that a form of the class "filters" names.

const plain = new Intl.Collator("en-GB");

// Numbers by size, words by the alphabet.
function compare(a, b) {
  const [x, y] = [a, b].map((text) => (text === "" ? NaN : Number(text)));
  return Number.isNaN(x) || Number.isNaN(y) ? plain.compare(a, b) : x - y;
}

function value(row, column) {
  const cell = row.cells[column];
  return cell.dataset.sort ?? cell.textContent.trim();
}

function sort(table, heading, column) {
  const up = heading.getAttribute("aria-sort") !== "ascending";
  const rows = [...table.tBodies[0].rows];
  rows.sort((a, b) => (up ? 1 : -1) * compare(value(a, column), value(b, column)));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", up ? "ascending" : "descending");
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
  const own = row.dataset[field.dataset.filter];
  const wanted = field.value.trim();
  if (!wanted) return true;
  if (field.dataset.filter === "name") return own.includes(wanted.toLowerCase());
  return field.dataset.filter === "grades" ? own.split(" ").includes(wanted) : own === wanted;
}

function makeFilters(form) {
  const rows = [...document.getElementById(form.dataset.table).tBodies[0].rows];
  const fields = [...form.querySelectorAll("[data-filter]")];
  const told = form.querySelector(".shown");
  const apply = () => {
    for (const row of rows) row.hidden = !fields.every((field) => matches(row, field));
    told.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} authorities`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
}

document.querySelectorAll("table.sortable").forEach(makeSortable);
document.querySelectorAll("form.filters[data-table]").forEach(makeFilters);
