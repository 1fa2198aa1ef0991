// Opens the overview of a report beside its text on wide screens, and collapses it above the text on small ones.

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
