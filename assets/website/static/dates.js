// Dates as readers of the website see them.

export const longDate = (day) =>
  new Date(`${day}T00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
