// The table of candidates: search, filters, sorting, the choice of columns, cards, and the export.

const state = { key: "rank", ascending: true, page: 0, open: new Set() };
const table = byId("table");
const MARKED = "review";

// ---- columns

const shownColumns = () => data.columns.filter((column) => column.chosen);

const sequence = (...parts) => make("span", { className: "mono" }, ...parts);
const CELLS = { // columns whose cells are more than their text
  score: (row) => (cell(row, "score") === null ? missing() : signed(cell(row, "score"))),
  tier: (row) => make("span", { className: `tier ${cell(row, "tier")}` }, data.tiers[cell(row, "tier")]),
  peptide: (row) => sequence(...residues(cell(row, "peptide"), positions(cell(row, "mutant_positions")))),
  wildtype_peptide: (row) => (cell(row, "wildtype_peptide") === null ? missing() : sequence(cell(row, "wildtype_peptide"))),
};
const CLASSES_OF_CELLS = { gene: "gene" };

const tableCell = (row, column) => {
  if (column.name in CELLS) return make("td", { className: column.numeric ? "number" : "" }, CELLS[column.name](row));
  const value = cell(row, column.name);
  if (column.numeric) return make("td", { className: "number" }, number(value));
  if (value === null) return make("td", {}, missing());
  const text = String(value);
  return make("td", { className: `text ${CLASSES_OF_CELLS[column.name] ?? ""}`, title: text.length > 24 ? text : "" }, text);
};

const ORDERS = { // columns whose order isn't that of their text or number
  tier: (row) => tiers.indexOf(cell(row, "tier")),
  rank_interval: (row) => row.rank_low,
  [MARKED]: (row) => ["accept", "review", "reject"].indexOf(markOf(row)?.mark) + 1 || null,
};
const orderOf = (name) => ORDERS[name] ?? ((row) => cell(row, name));

const heading = (name, words, doc, className) => {
  const sorted = state.key === name;
  const th = make("th", { scope: "col", className, title: doc }, button(words, () => sortBy(name)));
  if (sorted) th.setAttribute("aria-sort", state.ascending ? "ascending" : "descending");
  th.dataset.key = name;
  return th;
};

const drawHeadings = () => {
  const focused = document.activeElement?.closest?.("th")?.dataset.key;
  table.tHead.rows[0].replaceChildren(
    heading("rank", "Rank", "Place in the order, with the places that it stays within in 90 % of draws.", "text"),
    heading(MARKED, "Review", "A reviewer's mark.", "text"),
    ...shownColumns().filter((column) => column.name !== "rank").map((column) =>
      heading(column.name, column.heading, column.doc, column.numeric ? "number" : "text")));
  if (focused) table.tHead.querySelector(`[data-key="${focused}"] button`)?.focus();
};

const sortBy = (name) => {
  const same = state.key === name;
  Object.assign(state, { key: name, ascending: same ? !state.ascending : true, page: 0 });
  drawHeadings();
  drawRows();
};

// ---- what the search and the filters leave

const SEARCHED = ["gene", "gene_id", "protein_change", "peptide", "allele", "haplotype", "consequence", "transcripts", "hotspot"];
const searchText = (row) => {
  row.text ??= [data.tiers[cell(row, "tier")], ...SEARCHED.map((name) => cell(row, name) ?? "")].join(" ").toLowerCase();
  return row.text;
};
const markName = (row) => markOf(row)?.mark ?? "";

const menus = []; // each: { holds(row) }

const selectedRows = () => {
  const words = byId("query").value.toLowerCase().split(/\s+/).filter(Boolean);
  const gene = byId("gene").value.trim().toLowerCase();
  const holds = (row) => menus.every((menu) => menu.holds(row)) &&
    (cell(row, "gene") ?? "").toLowerCase().startsWith(gene) &&
    words.every((word) => searchText(row).includes(word));
  const order = orderOf(state.key);
  const sign = state.ascending ? 1 : -1;
  return rows.filter(holds).map((row) => [order(row), row]).sort(([x, a], [y, b]) => {
    if (x === y) return a.rank - b.rank;
    if (x === null) return 1; // what is missing comes last, whichever way
    if (y === null) return -1;
    return x < y ? -sign : sign;
  }).map(([, row]) => row);
};

// A menu of check boxes that unfolds; all are ticked at first
const choiceMenu = (title, choices, onChange) => {
  const boxes = choices.map(({ value, words, checked = true }) => ({ value, checked,
    input: make("input", { type: "checkbox", checked, value }), words }));
  const summary = make("summary", {});
  const tell = () => {
    const ticked = boxes.filter((box) => box.input.checked).length;
    summary.textContent = `${title}: ${ticked === boxes.length ? "all" : `${ticked} of ${boxes.length}`}`;
  };
  const set = (rule) => { for (const box of boxes) box.input.checked = rule(box); tell(); };
  const changed = () => { tell(); onChange(); };
  const tickAll = (ticked) => { set(() => ticked); onChange(); };
  for (const box of boxes) box.input.addEventListener("change", changed);
  const menu = make("details", { className: "menu" }, summary, make("fieldset", {},
    make("legend", { className: "unseen" }, title),
    make("div", { className: "all-none" }, button("all", () => tickAll(true)), button("none", () => tickAll(false))),
    ...boxes.map((box) => make("label", { title: box.title ?? "" }, box.input, " ", box.words))));
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) { menu.open = false; summary.focus(); }
  });
  tell();
  return { element: menu, ticked: () => new Set(boxes.filter((box) => box.input.checked).map((box) => box.value)),
    reset: () => set((box) => box.checked) };
};

const filterMenu = (title, choices, valueOf) => {
  const menu = choiceMenu(title, choices, () => { ticked = menu.ticked(); restart(); });
  let ticked = menu.ticked();
  menus.push({ holds: (row) => ticked.has(valueOf(row)), reset: () => { menu.reset(); ticked = menu.ticked(); } });
  return menu.element;
};

const columnMenu = () => {
  const choosable = data.columns.filter((column) => column.name !== "rank");
  const choices = choosable.map((column) => ({ value: column.name, words: column.heading, checked: column.chosen }));
  const menu = choiceMenu("Columns", choices, () => {
    const ticked = menu.ticked();
    for (const column of choosable) column.chosen = ticked.has(column.name);
    drawHeadings();
    drawRows();
  });
  return menu.element;
};

// ---- rows and cards

const rankCell = (row, open) => {
  const places = interval(row);
  return make("td", { className: "rank" }, button(String(row.rank), () => toggle(row.rank), { className: "opener",
    ariaExpanded: String(open), ariaLabel: `Candidate ${row.rank}: card` }),
  ...(places === null ? [] : [make("span", { className: "interval" }, ` (${places})`)]));
};

const tableRow = (row) => {
  const open = state.open.has(row.rank);
  const line = make("tr", { className: open ? "row open" : "row", id: `candidate-${row.rank}` },
    rankCell(row, open), make("td", { className: "marked" }, markBadge(markOf(row))),
    ...shownColumns().filter((column) => column.name !== "rank").map((column) => tableCell(row, column)));
  line.addEventListener("click", (event) => {
    if (event.target.closest("button") || String(getSelection())) return; // a button's own, or someone is copying text
    toggle(row.rank);
  });
  if (!open) return [line];
  const detail = make("tr", { className: "detail" }, make("td", { colSpan: line.cells.length }, card(row, remark)));
  detail.addEventListener("keydown", (event) => { if (event.key === "Escape") toggle(row.rank); });
  return [line, detail];
};

// Show a row's new mark without drawing the card, where someone is writing, anew
const remark = (row) => {
  byId(`candidate-${row.rank}`).querySelector(".marked").replaceChildren(markBadge(markOf(row)));
  tellMarks();
};

const drawRows = () => {
  const found = selectedRows();
  const perPage = Number(byId("size").value);
  const pages = Math.max(1, Math.ceil(found.length / perPage));
  state.page = Math.min(state.page, pages - 1);
  const first = state.page * perPage;
  const page = found.slice(first, first + perPage);
  table.tBodies[0].replaceChildren(...page.flatMap(tableRow));
  const held = found.length === rows.length ? "" : ` (of ${thousands(rows.length)} on this page)`;
  byId("count").textContent = found.length
    ? `${thousands(first + 1)}\u2013${thousands(first + page.length)} of ${thousands(found.length)} candidates${held}`
    : `No candidate matches${held}.`;
  byId("previous").disabled = state.page === 0;
  byId("next").disabled = state.page >= pages - 1;
  byId("export-table").disabled = !found.length;
};

const restart = () => { state.page = 0; drawRows(); };
const turn = (step) => { state.page += step; drawRows(); };

const toggle = (rank) => {
  const opening = !state.open.delete(rank);
  if (opening) state.open.add(rank);
  drawRows();
  byId(`candidate-${rank}`)?.querySelector("button").focus({ preventScroll: true });
  history.replaceState(null, "", opening ? `#candidate-${rank}` : "#candidates");
};

const clearFilters = () => {
  byId("query").value = "";
  byId("gene").value = "";
  for (const menu of menus) menu.reset();
};

// Open a candidate's card wherever it is in the table
const openCandidate = (rank) => {
  const place = rows.findIndex((row) => row.rank === rank);
  if (place < 0) return;
  clearFilters();
  Object.assign(state, { key: "rank", ascending: true, page: Math.floor(place / Number(byId("size").value)) });
  state.open.add(rank);
  drawHeadings();
  drawRows();
  const line = byId(`candidate-${rank}`);
  line.scrollIntoView({ block: "start" });
  line.querySelector("button").focus({ preventScroll: true });
};

const openFromAddress = () => {
  const match = /^#candidate-(\d+)$/.exec(location.hash);
  if (match) openCandidate(Number(match[1]));
};

// ---- export

// As the tables are written: no control character, line break or double quote; NA where missing, an empty flank empty;
// an apostrophe before text that a spreadsheet would run as a formula, but not before a number or VEP's "-" and "-/W"
const RUN_AS_FORMULA = /^'*[=+\-@]/;
const HARMLESS = /^([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-(\/[A-Z*]*)?)$/;
const safeCell = (value) => {
  if (value === null) return "NA";
  const text = safeText(value);
  return RUN_AS_FORMULA.test(text) && !HARMLESS.test(text) ? `'${text}` : text;
};
const safeText = (value) => String(value).replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, " ").replaceAll('"', "'");

const exportedText = (all) => {
  const wanted = all ? data.columns : shownColumns();
  const lines = [[...wanted.map((column) => column.name), "review", "review_note"]];
  for (const row of selectedRows()) {
    const mark = markOf(row);
    const cells = [...wanted.map((column) => cell(row, column.name)), mark?.mark ?? null, mark?.note || null];
    lines.push(cells.map(safeCell));
  }
  return `${lines.map((line) => line.join("\t")).join("\n")}\n`;
};
