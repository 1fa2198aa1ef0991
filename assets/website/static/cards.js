// Gives a table the class "cards": on small screens each row is a card, whose cells show their headings.
//
// The headings become attributes of the cells, and what a table loses with its layout is added: the roles, and the numbers
// of the columns, since hidden cells do not count. In the pages
// with many rows these would be a fifth of the size; short tables have them in the page, and need no script.

export function makeCards(table) {
  const setRoles = (selector, role) => table.querySelectorAll(selector).forEach((node) => node.setAttribute("role", role));
  const labels = [...table.tHead.rows[0].cells].map((heading) => heading.textContent);
  for (const row of table.tBodies[0].rows) {
    for (const cell of row.cells) if (cell.localName === "td") cell.dataset.label = labels[cell.cellIndex];
  }
  for (const row of table.rows) {
    for (const cell of row.cells) cell.setAttribute("aria-colindex", cell.cellIndex + 1);
  }
  table.setAttribute("role", "table");
  setRoles("thead, tbody", "rowgroup");
  setRoles("tr", "row");
  setRoles("thead th", "columnheader");
  setRoles("tbody th", "rowheader");
  setRoles("td", "cell");
  table.classList.add("cards");
}
