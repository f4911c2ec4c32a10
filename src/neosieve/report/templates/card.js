// A candidate's card.

const block = (title, ...children) => make("section", {}, make("h4", {}, title), ...children);
const facts = (pairs) => make("dl", { className: "facts" },
  ...pairs.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value ?? missing(NOT_ASSESSED))]));
const list = (items) => make("ul", {}, ...items.map((item) => make("li", {}, item)));
// A frame that scrolls sideways where there is no room, with the keyboard, too
const scroller = (words, child) => make("div", { className: "scroll", role: "region", ariaLabel: words, tabIndex: 0 }, child);
const code = (words) => make("code", {}, words);
const residues = (sequence, altered) => [...sequence].map((residue, i) =>
  altered.includes(i) ? make("mark", {}, residue) : residue);

// ---- the score: contributions are log-odds, to the right for, to the left against

const LONGEST_PART = data.parts.flatMap((slot) => slot.values)
  .reduce((most, value) => Math.max(most, Math.abs(value ?? 0)), 1);

const partBar = (value) => {
  const x = linear(-LONGEST_PART, LONGEST_PART, 2, 198);
  const width = Math.max(value ? 1 : 0, Math.abs(x(value) - x(0)));
  const bar = shape("rect", { x: Math.min(x(0), x(value)), y: 3, width, height: 10, class: value < 0 ? "against" : "for" });
  const frame = { viewBox: "0 0 200 16", preserveAspectRatio: "none", "aria-hidden": "true", class: "part" };
  return shape("svg", frame, bar, line(100, 0, 100, 16, "zero"));
};

const partsTable = (row) => {
  const parts = scoreParts(row);
  if (!parts.length) return [make("p", { className: "note" }, "This policy's score isn't a sum of parts.")];
  return [make("table", { className: "parts" },
    make("caption", { className: "note" }, "Log-odds; the score is their sum. Left of the line: against; right: for."),
    make("tbody", {}, ...parts.map(([name, value]) => make("tr", {}, make("th", { scope: "row" }, name),
      make("td", {}, value === null ? "" : partBar(value)),
      make("td", { className: "number" }, value === null ? missing(NOT_ASSESSED) : signed(value))))))];
};

// ---- mutant over wild type, residue under residue, with the anchors

const SITES = {
  anchor: "The mutation lies at anchors only: the T cell sees the normal face.",
  tcr_facing: "The mutation faces the T cell.",
  both: "The mutation changes anchors and what faces the T cell.",
};

const anchorWords = (row, anchors) => {
  if (cell(row, "anchor_positions") === null) return "Anchors: not assessed.";
  const where = anchors.map((i) => i + 1).join(", ") || "none";
  const site = SITES[cell(row, "mutation_site")] ?? "";
  return `Anchors (\u25b2) of ${cell(row, "allele")} in ${cell(row, "length")}-mers, learned from predictions: ${where}. ${site}`;
};

const alignment = (row) => {
  const mutant = [...cell(row, "peptide")];
  const wildtype = cell(row, "wildtype_peptide");
  const altered = positions(cell(row, "mutant_positions"));
  const anchors = positions(cell(row, "anchor_positions"));
  const tr = (name, contents, className = "") => make("tr", { className }, make("th", { scope: "row" }, name),
    ...contents.map((content, i) => make("td", { className: anchors.includes(i) ? "anchor" : "" }, content)));
  const lines = [
    tr("position", mutant.map((_, i) => String(i + 1)), "ruler"),
    tr("mutant", residues(mutant, altered), "mutant"),
  ];
  if (wildtype !== null) {
    lines.push(tr("wild type", [...wildtype].map((residue, i) => (residue === mutant[i] ? residue : make("b", {}, residue)))));
  }
  if (anchors.length) lines.push(tr("anchors", mutant.map((_, i) => (anchors.includes(i) ? "\u25b2" : "")), "ruler"));
  const notes = [anchorWords(row, anchors)];
  if (wildtype === null) notes.push("No aligned wild-type peptide: an insertion, deletion or frameshift leaves none.");
  if (!altered.length) notes.push("No residue is new by itself: a deletion joins two normal stretches.");
  const table = make("table", { className: "alignment" }, make("tbody", {}, ...lines));
  return [scroller("Mutant and wild-type peptide", table), ...notes.map((note) => make("p", { className: "note" }, note))];
};

// ---- binding of mutant and wild type on all alleles of the patient

// Darker is better; the number in each cell says the same
const HEAT = [[0.5, "h4"], [2, "h3"], [10, "h2"], [30, "h1"], [Infinity, "h0"]];
const heatClass = (percentile) => HEAT.find(([limit]) => percentile <= limit)[1];
const heatCell = (percentile, mine) => (isMissing(percentile)
  ? make("td", { className: mine ? "mine" : "" }, missing(NOT_ASSESSED))
  : make("td", { className: `heat ${heatClass(percentile)}${mine ? " mine" : ""}` }, short(percentile)));

// What a peptide's candidate on one allele says of binding, whether the page holds that candidate (a row's index) or not
const bindingOf = (place) => {
  if (place === null) return null;
  if (Array.isArray(place)) return named("binding", place);
  const row = rows[place];
  return { rank: row.rank, presentation: cell(row, "presentation_percentile"), affinity: cell(row, "affinity_percentile"),
    wildtype_presentation: stored(row, data.wildtype_presentation),
    wildtype_affinity: cell(row, "wildtype_affinity_percentile") };
};

const HEAT_LINES = [["presentation %ile, mutant", "presentation"], ["presentation %ile, wild type", "wildtype_presentation"],
  ["affinity %ile, mutant", "affinity"], ["affinity %ile, wild type", "wildtype_affinity"]];
const HEAT_KEY = [["h4", "\u2264 0.5"], ["h3", "\u2264 2"], ["h2", "\u2264 10"], ["h1", "\u2264 30"], ["h0", "above"]];

const heatMap = (row) => {
  const answers = peptides[row.peptide].binding.map(bindingOf);
  const hasWildtype = cell(row, "wildtype_peptide") !== null;
  const mine = (i) => i === row.allele;
  const framed = (i) => (mine(i) ? "mine" : "");
  const heading = (allele, i) => make("th", { scope: "col", className: framed(i) }, allele.replace("HLA-", ""),
    ...(data.hla_loss[i] ? [make("span", { className: "lost" }, `lost in ${short(100 * data.hla_loss[i])} %`)] : []));
  const heatLine = ([name, field]) => make("tr", {}, make("th", { scope: "row" }, name),
    ...answers.map((answer, i) => heatCell(answer && answer[field], mine(i))));
  const ranks = answers.map((answer, i) =>
    make("td", { className: framed(i) }, answer ? thousands(answer.rank) : missing()));
  const key = HEAT_KEY.map(([className, words]) => make("span", { className: `heat ${className}` }, words));
  return [scroller("Binding by allele", make("table", { className: "heatmap" },
    make("thead", {}, make("tr", {}, make("td"), ...data.alleles.map(heading))),
    make("tbody", {}, ...HEAT_LINES.filter(([name]) => hasWildtype || !name.endsWith("wild type")).map(heatLine),
      make("tr", {}, make("th", { scope: "row" }, "rank of the candidate"), ...ranks)))),
  make("p", { className: "note heat-key" }, "Percentile: ", ...key, " Framed: this candidate\u2019s allele.")];
};

// ---- the mutated protein around the change

const LINE = 50;
const GAP = "\u2013";

// One column for each residue of either protein; a place is one in the mutant protein
const windowColumns = ({ start, segments }) => {
  const made = [];
  let place = start;
  for (const [normal, mutant, change] of segments) {
    for (let i = 0; i < Math.max(normal.length, mutant.length); i += 1) {
      const column = { normal: normal[i] ?? GAP, mutant: mutant[i] ?? GAP, place: i < mutant.length ? place : null };
      column.changed = change === 2 || (change === 1 && column.normal !== column.mutant);
      made.push(column);
      if (column.place !== null) place += 1;
    }
  }
  return made;
};

const windowText = (part, which, within) => part.map((column) => {
  const residue = column[which];
  const classes = [column.changed && residue !== GAP ? "changed" : "", which === "mutant" && within(column) ? "inside" : ""];
  const className = classes.filter(Boolean).join(" ");
  return className ? make("span", { className }, residue) : residue;
});

const windowLine = (which, at, text) => make("tr", { className: which }, make("th", { scope: "row" }, which),
  make("td", { className: "number" }, String(at + 1)), make("td", {}, ...text));

const windowNotes = (stretch, at, end, shown) => [
  at === null ? "" : `The peptide${shown ? ", marked by the bar," : ""} is residues ${at + 1}\u2013${end} of the mutant protein` +
    (shown ? "." : ", further on than the window reaches."),
  stretch.begins ? "The window begins where the protein does." : "",
  stretch.ends ? "The mutant protein ends where the window does." : "",
  stretch.lost ? `${thousands(stretch.lost)} more normal residues are lost and not shown.` : "",
].filter(Boolean).join(" ");

const proteinWindow = (row) => {
  const { window: stretch } = data.sources[row.source];
  const { at } = peptides[row.peptide];
  const end = at + cell(row, "peptide").length;
  const within = ({ place }) => at !== null && place !== null && place >= at && place < end;
  const made = windowColumns(stretch);
  const starts = { normal: stretch.normal_start, mutant: stretch.start };
  const lines = [];
  for (let first = 0; first < made.length; first += LINE) {
    const part = made.slice(first, first + LINE);
    for (const which of ["normal", "mutant"]) {
      lines.push(windowLine(which, starts[which], windowText(part, which, within)));
      starts[which] += part.filter((column) => column[which] !== GAP).length;
    }
    if (part.some(within)) {
      lines.push(make("tr", { className: "bracket", ariaHidden: "true" }, make("th"), make("td"),
        make("td", {}, part.map((column) => (within(column) ? "\u2594" : "\u00a0")).join(""))));
    }
  }
  const caption = "Normal and mutant protein around the change, with the number of each line's first residue";
  return [scroller("The mutated protein", make("table", { className: "window" },
    make("caption", { className: "unseen" }, caption), make("tbody", {}, ...lines))),
  make("p", { className: "note" }, windowNotes(stretch, at, end, made.some(within)))];
};

// ---- evidence

const reads = (counts, none) => {
  if (counts === null) return missing(none);
  const [vaf, depth, alt] = counts;
  const of = isMissing(depth) ? "" : `${alt ?? "?"} of ${depth} reads`;
  if (isMissing(vaf)) return of ? `VAF ${NOT_ASSESSED}: ${of}` : missing(NOT_ASSESSED);
  return `VAF ${short(vaf)}${of && `: ${of}`}`;
};

const context = (row) => {
  const all = (field) => points.map((point) => point[field]);
  const { low, top, ticks } = expressionScale([...all("expression"), cell(row, "gene_expression")]);
  return [
    strip("DNA VAF", cell(row, "tumor_dna_vaf"), all("vaf"), SHARE),
    strip("Cancer cell fraction", cell(row, "ccf"), all("ccf"), { ...SHARE,
      words: (value) => `${short(value)} (${short(cell(row, "ccf_low"))}\u2013${short(cell(row, "ccf_high"))})` }),
    strip("Gene expression", cell(row, "gene_expression"), all("expression"),
      { scale: (from, to) => logarithmic(low, top, from, to), ticks, words: (value) => short(value) }),
  ];
};

// A fact that few candidates have, left out of the others' cards
const ofSome = (row, name, column) => {
  const value = columns.has(column) ? cell(row, column) : null;
  return value === null ? [] : [[name, String(value)]];
};

const evidence = (row) => {
  const source = data.sources[row.source];
  const near = cell(row, "near_self_peptide");
  const low = cell(row, "affinity_low_nM");
  const range = low === null ? "" : ` (${short(low)}\u2013${short(cell(row, "affinity_high_nM"))})`;
  const wildtype = cell(row, "wildtype_affinity_nM");
  return facts([
    ["Affinity of the mutant", `${short(cell(row, "affinity_nM"))} nM${range}`],
    ["Affinity of the wild type", wildtype === null ? missing("no aligned wild type") : `${short(wildtype)} nM`],
    ...source.calls.flatMap(([variant, dna, normal, rna]) => [
      ...(source.calls.length > 1 ? [["Variant", code(variant)]] : []),
      ["Tumour DNA", reads(dna, NOT_ASSESSED)],
      ["Normal DNA", reads(normal, data.has_normal ? NOT_ASSESSED : "no normal sample")],
      ["Tumour RNA", reads(rna, NOT_ASSESSED)],
    ]),
    ["Expression of these transcripts", number(cell(row, "transcript_expression"), "", NOT_ASSESSED)],
    ["Share that lost the HLA allele", number(cell(row, "hla_loss"), "", NOT_ASSESSED)],
    ["Likeness to self", near === null ? cell(row, "self_match") : `${near} in ${cell(row, "near_self_source")}`],
    ...ofSome(row, "Tissue of that", "near_self_tissue"),
    ...ofSome(row, "Regions of the tumour", "regions"),
    ["Nonsense-mediated decay", cell(row, "nmd") ?? missing("no premature stop, or not known")],
    ["Hotspot", cell(row, "hotspot") ?? missing("none on the shipped list")],
    ["Synthesis", cell(row, "synthesis") ?? missing("nothing against it")],
    ["Phase", cell(row, "phase")],
    ["FILTER", cell(row, "filter")],
  ]);
};

const origin = (row) => make("div", { className: "ids" }, facts([
  ["Variants", code(cell(row, "haplotype"))],
  ["Consequence", cell(row, "consequence")],
  ["Transcript shown", code(cell(row, "transcript"))],
  ["All transcripts", code(cell(row, "transcripts").replaceAll(",", ", "))],
  ["Gene", code(cell(row, "gene_id") ?? cell(row, "gene") ?? "")],
]));

const cardTitle = (row) => [
  make("span", { className: "gene" }, cell(row, "gene") ?? "no gene name"), ` ${cell(row, "protein_change") ?? ""} \u00b7 `,
  make("span", { className: "mono" }, ...residues(cell(row, "peptide"), positions(cell(row, "mutant_positions")))),
  ` on ${cell(row, "allele")}`];

const card = (row, onMark) => {
  const tier = cell(row, "tier");
  const places = interval(row);
  const doubted = doubts(row);
  const because = reasons(row).filter((reason) => !doubted.includes(reason));
  const score = cell(row, "score") === null ? NOT_ASSESSED : signed(cell(row, "score"));
  const known = remarks(row);
  return make("article", { className: "card", ariaLabel: `Candidate ${row.rank}` },
    make("h3", { className: "card-title" }, ...cardTitle(row)),
    make("p", { className: "card-lead" },
      make("b", {}, `Rank ${thousands(row.rank)}`), places === null ? " (interval not assessed)" : ` (${places})`,
      ` of ${thousands(data.total)}`, " \u00b7 ", make("span", { className: `tier ${tier}` }, data.tiers[tier]),
      " \u00b7 ", `score ${score}`),
    make("div", { className: "card-grid" },
      make("div", {},
        block("Mutant and wild-type peptide", ...alignment(row)),
        block("Binding on all of the patient\u2019s alleles", ...heatMap(row)),
        block("The mutated protein", ...proteinWindow(row)),
        ...(doubted.length ? [block("It may not exist", list(doubted))] : []),
        block("The case in words", because.length ? list(because) : missing("none given")),
        ...(known.length ? [block("Remarks", list(known))] : [])),
      make("div", {},
        reviewForm(row, onMark),
        block(`Score ${score}`, ...partsTable(row)),
        block("Among the sample\u2019s variants", ...context(row))),
      make("div", { className: "card-foot" }, block("Evidence", evidence(row)), block("Where it comes from", origin(row)))));
};
