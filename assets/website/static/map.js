// Shows the authority under the pointer and its grade as text below the map. The grade comes from the table.

const map = document.getElementById("map");
const caption = document.getElementById("map-caption");

function describe(urn) {
  const link = document.querySelector(`#authority-table a[href="authorities/${urn}/"]`);
  const radios = [...map.querySelectorAll("input")];
  const selected = map.querySelector("input:checked");
  const grade = link.closest("tr").cells[radios.indexOf(selected) + 1].textContent.trim();
  const area = selected.parentElement.textContent.trim();
  return `${link.textContent}: ${grade === "–" ? "no grade" : grade.toLowerCase()} (${area.toLowerCase()})`;
}

map.addEventListener("pointerover", (event) => {
  const link = event.target.closest("a[data-urn]");
  if (link) caption.textContent = describe(link.dataset.urn);
});
