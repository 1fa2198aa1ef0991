// Makes tables of the class "sortable" sortable by each column, and filters the table that a form of the class "filters"
// names in data-table. On small screens the rows of a table with data-cards are cards. A cell's data-sort attribute
// replaces its text as the sort value.
//
// The address keeps the state, so that a view can be linked and the Back button works: the name of each filter's field,
// and "sort" with the data-key of the column's heading, after a minus sign if descending.

import { makeCards } from "./cards.js";

const collator = new Intl.Collator("en-GB");
const initialOrder = new Map(); // of the rows of each sortable table
const filterForms = [...document.querySelectorAll("form.filters[data-table]")];

// Numbers sort by value, texts alphabetically.
function compare(a, b) {
  const [x, y] = [a, b].map((text) => (text === "" ? NaN : Number(text)));
  return Number.isNaN(x) || Number.isNaN(y) ? collator.compare(a, b) : x - y;
}

function sortValue(row, column) {
  const cell = row.cells[column];
  return cell.dataset.sort ?? cell.textContent.trim();
}

// Sorts the rows of a table by a heading, or restores their initial order without one.
function sort(table, heading, ascending) {
  const rows = [...initialOrder.get(table)];
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  if (heading) {
    heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    rows.sort((a, b) => (ascending ? 1 : -1) * compare(sortValue(a, heading.cellIndex), sortValue(b, heading.cellIndex)));
  }
  for (const row of rows) {
    for (const cell of row.cells) cell.toggleAttribute("data-sorted", cell.cellIndex === heading?.cellIndex);
  }
  table.tBodies[0].append(...rows);
}

function matches(row, field) {
  const filter = field.dataset.filter;
  const rowValue = row.dataset[filter];
  const value = field.value.trim();
  if (!value) return true;
  if (filter === "name") return rowValue.includes(value.toLowerCase());
  return filter === "grades" ? rowValue.split(" ").includes(value) : rowValue === value;
}

function filterFields(form) {
  return [...form.querySelectorAll("[data-filter]")];
}

function applyFilters(form) {
  const rows = [...document.getElementById(form.dataset.table).tBodies[0].rows];
  const fields = filterFields(form);
  for (const row of rows) row.hidden = !fields.every((field) => matches(row, field));
  const shown = rows.filter((row) => !row.hidden).length;
  form.querySelector(".match-count").textContent = `${shown} of ${rows.length} ${form.dataset.counted}`;
}

// Writes the state into the address; parameters that are not part of it stay.
function saveState(isNewEntry) {
  const query = new URLSearchParams(location.search);
  const setParameter = (name, value) => (value ? query.set(name, value) : query.delete(name));
  for (const form of filterForms) for (const field of filterFields(form)) setParameter(field.name, field.value.trim());
  const sorted = document.querySelector("table.sortable th[aria-sort][data-key]");
  setParameter("sort", sorted && (sorted.getAttribute("aria-sort") === "descending" ? "-" : "") + sorted.dataset.key);
  const address = location.pathname + (String(query) && `?${query}`) + location.hash;
  if (isNewEntry) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

// Reads the state from the address. A value that a field does not have means no filter.
function restoreState() {
  const query = new URLSearchParams(location.search);
  for (const form of filterForms) {
    for (const field of filterFields(form)) {
      field.value = query.get(field.name) ?? "";
      if (field.value !== (query.get(field.name) ?? "")) field.value = "";
    }
    applyFilters(form);
  }
  const [, minus, key] = (query.get("sort") ?? "").match(/^(-?)(.*)$/);
  for (const table of initialOrder.keys()) {
    const heading = [...table.tHead.rows[0].cells].find((cell) => key && cell.dataset.key === key);
    sort(table, heading, !minus);
  }
}

function makeSortable(table) {
  initialOrder.set(table, [...table.tBodies[0].rows]);
  for (const heading of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => {
      sort(table, heading, heading.getAttribute("aria-sort") !== "ascending");
      saveState(true);
    });
    heading.append(button);
  }
}

function makeFilters(form) {
  form.addEventListener("input", (event) => {
    applyFilters(form);
    saveState(event.target.localName === "select"); // each letter of a text would be an entry of its own
  });
  form.addEventListener("reset", () =>
    setTimeout(() => {
      applyFilters(form); // the event precedes the reset
      saveState(true);
    }),
  );
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
}

document.querySelectorAll("table.sortable").forEach(makeSortable);
document.querySelectorAll("table[data-cards]").forEach(makeCards);
filterForms.forEach(makeFilters);
addEventListener("popstate", restoreState);
restoreState();
