// Says in words what the pointer is on: the authority and its grade, as its row of the table has it.

const map = document.getElementById("map");
const caption = document.getElementById("map-caption");

function told(urn) {
  const link = document.querySelector(`#standing a[href="authorities/${urn}/"]`);
  const area = map.querySelector("input:checked");
  const column = [...map.querySelectorAll("input")].indexOf(area) + 1;
  const grade = link.closest("tr").cells[column].textContent.trim();
  return `${link.textContent}: ${grade === "–" ? "no grade" : grade.toLowerCase()} (${area.parentElement.textContent.trim().toLowerCase()})`;
}

map.addEventListener("pointerover", (event) => {
  const link = event.target.closest("a[data-urn]");
  if (link) caption.textContent = told(link.dataset.urn);
});
