// Counts years since inspections up to the day the page is read instead of the newest publication in the dataset.
//
// Elements with data-years-since show the years since that day; time elements of the class "as-at" show up to when.
// If the browser's clock is behind the dataset, the page stays as it was built.

const MILLISECONDS_PER_YEAR = 365.25 * 24 * 3600 * 1000;

const now = new Date();
const today = new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));
const dates = [...document.querySelectorAll("time.as-at")];

if (dates.every((date) => new Date(date.dateTime) <= today)) {
  for (const element of document.querySelectorAll("[data-years-since]")) {
    element.textContent = ((today - new Date(element.dataset.yearsSince)) / MILLISECONDS_PER_YEAR).toFixed(1);
  }
  for (const date of dates) {
    date.dateTime = today.toISOString().slice(0, 10);
    date.textContent = today.toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
  }
}
