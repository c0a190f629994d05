"use strict";
// Sorts and filters the tables. Without it the page reads the same: every row is there, highest training FLOP first.
for (const table of document.querySelectorAll("table.sorts")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const column = (name) => heads.findIndex((head) => head.dataset.column === name);
  const value = (row, place) => {
    const cell = row.cells[place];
    return cell.dataset.value ?? cell.textContent.trim();
  };
  const compare = (a, b) => {
    const [x, y] = [Number(a), Number(b)];
    return Number.isNaN(x) || Number.isNaN(y) ? a.localeCompare(b, "en", { numeric: true }) : x - y;
  };

  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const first = head.dataset.column ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? other : first;
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const rows = [...body.rows].map((row) => [value(row, place), row]);
      // Blank cells come last in either direction.
      rows.sort(([a], [b]) => (a === "" || b === "" ? (a === "") - (b === "") : sign * compare(a, b)));
      body.append(...rows.map(([, row]) => row));
    });
  });

  const filters = document.querySelector(`[data-filters="${table.id}"]`);
  const control = (name) => filters.querySelector(`[name="${name}"]`);
  const texts = new Map([...body.rows].map((row) => [row, row.textContent.toLowerCase()]));
  const filter = () => {
    const text = control("text").value.trim().toLowerCase();
    const side = control("flop").value;
    const level = control("confidence").value;
    let shown = 0;
    for (const row of body.rows) {
      const flop = value(row, column("flop"));
      const sideOf = flop === "" ? "none" : Number(flop) >= 1e25 ? "above" : "below";
      const confidence = row.cells[column("confidence")].textContent;
      const fits = texts.get(row).includes(text) && (!side || side === sideOf) && (!level || level === confidence);
      row.hidden = !fits;
      shown += fits;
    }
    filters.querySelector("output").value = `${shown} of ${body.rows.length} shown`;
  };
  filters.addEventListener("input", filter);
  filters.hidden = false;
  filter();
}
