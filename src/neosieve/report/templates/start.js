// Puts the page together and listens.

const tellMarks = (words = "") => {
  const counts = Object.entries(MARK_WORDS).map(([mark, name]) =>
    `${thousands([...marks.values()].filter((one) => one.mark === mark).length)} ${name.slice(2)}`);
  byId("review-status").textContent = `${words}${words && " "}Marks: ${counts.join(", ")}.`;
  byId("export-review").disabled = !marks.size;
};

const takeReview = async (input) => {
  const [file] = input.files;
  if (!file) return;
  try {
    const words = importReview(await file.text());
    drawRows();
    tellMarks(words);
  } catch (error) {
    tellMarks(`${file.name} was not read: ${error.message}.`);
  }
  input.value = ""; // the same file may be chosen again
};

const startTable = () => {
  const inUse = (values) => new Set(rows.map(values));
  const tiersInUse = inUse((row) => cell(row, "tier"));
  const changed = (name, event, action) => byId(name).addEventListener(event, action);
  const genes = [...inUse((row) => cell(row, "gene") ?? "")].sort();
  const alleleChoices = data.alleles.map((allele) => ({ value: allele, words: allele }));
  const tierChoices = tiers.filter((tier) => tiersInUse.has(tier)).map((tier) => ({ value: tier, words: data.tiers[tier] }));
  const markChoices = Object.entries({ "": "not marked", ...MARK_WORDS }).map(([value, words]) => ({ value, words }));
  byId("genes").append(...genes.map((gene) => make("option", { value: gene })));
  byId("menus").append(
    filterMenu("Alleles", alleleChoices, (row) => cell(row, "allele")),
    filterMenu("Tiers", tierChoices, (row) => cell(row, "tier")),
    filterMenu("Review", markChoices, markName),
    columnMenu());
  changed("query", "input", restart);
  changed("gene", "input", restart);
  changed("size", "change", restart);
  changed("previous", "click", () => turn(-1));
  changed("next", "click", () => turn(1));
  changed("reset", "click", () => { clearFilters(); restart(); });
  changed("export-table", "click", () =>
    save(fileName("candidates.tsv"), exportedText(byId("export-columns").value === "all"), "text/tab-separated-values"));
  changed("export-review", "click", () =>
    save(fileName("review.json"), `${JSON.stringify(reviewDocument(), null, 1)}\n`, "application/json"));
  changed("import-review", "change", (event) => takeReview(event.target));
  document.querySelector("#controls form").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => { // an open menu closes when something else is clicked
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  byId("controls").hidden = false;
  byId("actions").hidden = false;
  addEventListener("hashchange", openFromAddress);
  recallMarks();
  tellMarks();
  drawHeadings();
  drawRows();
};

if (rows.length) {
  startTable();
  drawPictures(openCandidate);
  openFromAddress();
}
