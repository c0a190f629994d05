"use strict";
// Sorts and filters the tables. Without it the page reads the same: every row is there, highest training FLOP first.
const levels = ["speculative", "low", "medium", "high"];
const compare = (a, b) => {
  const [x, y] = [a, b].map((text) => (levels.includes(text) ? levels.indexOf(text) : Number(text)));
  return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b) : x - y;
};
for (const sorted of document.querySelectorAll("th[aria-sort]")) {
  const table = sorted.closest("table");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", sign === 1 ? "ascending" : "descending");
      const rows = [...body.rows].map((row) => [row.cells[place].textContent.trim(), row]);
      // Blank cells come last in either direction.
      rows.sort(([a], [b]) => (a === "" || b === "" ? (a === "") - (b === "") : sign * compare(a, b)));
      body.append(...rows.map(([, row]) => row));
    });
  });

  const filters = document.createElement("p");
  filters.className = "filters";
  filters.innerHTML = '<label>Filter <input type="search" autocomplete="off"></label> <output aria-live="polite"></output>';
  const title = table.closest("section").querySelector("h2").firstChild.textContent.trim();
  filters.querySelector("input").setAttribute("aria-label", `Filter: ${title}`);
  table.parentElement.before(filters);
  const filter = () => {
    const text = filters.querySelector("input").value.trim().toLowerCase();
    let shown = 0;
    for (const row of body.rows) {
      const fits = row.textContent.toLowerCase().includes(text);
      row.hidden = !fits;
      shown += fits;
      // A row may fit by its reasoning alone.
      for (const details of row.querySelectorAll("details")) details.open = text !== "" && details.textContent.toLowerCase().includes(text);
    }
    filters.querySelector("output").value = `${shown} of ${body.rows.length} shown`;
  };
  filters.addEventListener("input", filter);
  filter();
}
