
"use strict";
// Texts reach the page through textContent alone, so that nothing in a VCF can become markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const table = document.getElementById("table");
  if (!table) return;
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const query = document.getElementById("query");
  const size = document.getElementById("size");
  const status = document.getElementById("count");
  const previous = document.getElementById("previous");
  const next = document.getElementById("next");
  const NOT_ASSESSED = "not assessed";

  // A binding is a list: allele, rank, nM, lowest, highest nM, affinity %, presentation score, %, wild type nM, %, ratio
  const BINDING = ["allele", "rank", "affinity_nM", "affinity_low_nM", "affinity_high_nM", "affinity_percentile",
    "presentation_score", "presentation_percentile", "wildtype_affinity_nM", "wildtype_affinity_percentile",
    "agretopicity"];
  const named = (list) => {
    const binding = Object.fromEntries(BINDING.map((name, i) => [name, list[i]]));
    binding.allele = data.alleles[binding.allele];
    return binding;
  };

  const rows = data.rows.map((row) => {
    const peptide = data.peptides[row.peptide];
    const source = data.sources[peptide.source];
    const binding = named(peptide.bindings[row.binding]);
    const tier = data.tiers[row.tier];
    return {
      row, peptide, source, binding,
      rank: row.rank, tier, gene: source.gene, protein_change: source.change, peptide_text: peptide.mutant,
      text: [tier, source.gene, source.change, peptide.mutant, binding.allele, source.haplotype, source.consequence,
        source.transcript].join(" ").toLowerCase(),
    };
  });
  const tiers = Object.keys(data.tiers);
  const keys = {
    rank: (r) => r.rank,
    tier: (r) => tiers.indexOf(r.row.tier),
    gene: (r) => r.gene,
    protein_change: (r) => r.protein_change,
    peptide: (r) => r.peptide_text,
    allele: (r) => r.binding.allele,
    presentation_percentile: (r) => r.binding.presentation_percentile,
    affinity_nM: (r) => r.binding.affinity_nM,
    affinity_percentile: (r) => r.binding.affinity_percentile,
    agretopicity: (r) => r.binding.agretopicity,
    tumor_dna_vaf: (r) => r.source.calls[0][1][0],
    tumor_rna_vaf: (r) => r.source.calls[0][3] && r.source.calls[0][3][0],
    gene_expression: (r) => r.source.gene_expression,
  };

  const make = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in element) element[name] = value; else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };
  const missing = (words = "NA") => make("span", { className: "missing" }, words);
  const short = (value, digits = 3) => {
    if (value === null || value === undefined) return null;
    return value >= 10 ** digits ? String(Math.round(value)) : String(Number(value.toPrecision(digits)));
  };
  const number = (value, unit = "", words = "NA") => {
    const text = short(value);
    return text === null ? missing(words) : document.createTextNode(text + unit);
  };
  const residues = (sequence, altered) => [...sequence].map((residue, i) =>
    altered.includes(i) ? make("mark", {}, residue) : residue);

  const state = { key: "rank", ascending: true, page: 0, open: new Set() };

  const selected = () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = rows.filter((r) => words.every((word) => r.text.includes(word)));
    const key = keys[state.key];
    const sign = state.ascending ? 1 : -1;
    return found.sort((a, b) => {
      const x = key(a), y = key(b);
      if (x === y) return a.rank - b.rank;
      if (x === null) return 1; // what is missing comes last, whichever way
      if (y === null) return -1;
      return (x < y ? -sign : sign);
    });
  };

  // ---- a candidate's card

  const block = (title, ...children) => make("section", {}, make("h3", {}, title), ...children);
  const facts = (pairs) => make("dl", { className: "facts" },
    ...pairs.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value ?? missing(NOT_ASSESSED))]));
  const list = (items) => make("ul", {}, ...items.map((item) => make("li", {}, item)));
  const heading = (name, numeric) => make("th", { scope: "col", className: numeric ? "number" : "" }, name);

  const alignment = (peptide) => {
    const flank = (text, end) => make("td", { className: "flank" }, text === null ? "?" : text === "" ? end : text);
    const line = (name, sequence, flanks, marked) => make("tr", { className: marked ? "mutant" : "" },
      make("th", { scope: "row" }, name), flank(flanks[0], "start|"),
      ...[...sequence].map((residue, i) => make("td", {}, ...(marked ? residues(residue, marked.has(i) ? [0] : []) : [residue]))),
      flank(flanks[1], "|end"));
    const lines = [
      make("tr", { className: "ruler", ariaHidden: "true" }, make("th"), make("td"),
        ...[...peptide.mutant].map((_, i) => make("td", {}, String(i + 1)))),
      line("mutant", peptide.mutant, peptide.flanks, new Set(peptide.altered)),
    ];
    if (peptide.wildtype !== null) lines.push(line("wild type", peptide.wildtype, peptide.wildtype_flanks, null));
    const notes = [];
    if (peptide.wildtype === null) notes.push("No aligned wild-type peptide: an insertion, deletion or frameshift leaves none.");
    if (!peptide.altered.length) notes.push("No residue is new by itself: a deletion joins two normal stretches.");
    return [make("div", { className: "scroll" }, make("table", { className: "alignment" }, make("tbody", {}, ...lines))),
      ...notes.map((note) => make("p", { className: "note" }, note))];
  };

  const components = (row) => make("table", { className: "components" }, make("tbody", {},
    ...row.components.map(([name, value]) => {
      const bar = document.getElementById("bar").content.cloneNode(true);
      bar.querySelector("rect").setAttribute("width", `${Math.min(100, 40 * Math.abs(value ?? 0))}%`);
      return make("tr", {}, make("th", { scope: "row" }, data.texts[name]), make("td", {}, value === null ? "" : bar),
        make("td", { className: "number value" }, value === null ? missing(NOT_ASSESSED) : (value > 0 ? "+" : "") + value.toFixed(2)));
    })));

  const bindings = (peptide, mine) => make("table", { className: "bindings" },
    make("thead", {}, make("tr", {}, heading("Allele"), heading("Presentation %ile", 1), heading("Affinity %ile", 1),
      heading("Affinity nM (range)", 1), heading("Wild type nM", 1), heading("Rank", 1))),
    make("tbody", {}, ...peptide.bindings.map(named).map((b) => {
      const range = b.affinity_low_nM === null ? "" : ` (${short(b.affinity_low_nM)}–${short(b.affinity_high_nM)})`;
      return make("tr", { className: b.rank === mine ? "this" : "" }, make("th", { scope: "row" }, b.allele),
        ...[number(b.presentation_percentile), number(b.affinity_percentile), number(b.affinity_nM, range),
          number(b.wildtype_affinity_nM), String(b.rank)].map((cell) => make("td", { className: "number" }, cell)));
    })));

  const reads = (counts, none) => {
    if (counts === null) return missing(none);
    const [vaf, depth, alt] = counts;
    const of = depth === null ? "" : `${alt ?? "?"} of ${depth} reads`;
    if (vaf === null) return of ? `VAF ${NOT_ASSESSED}: ${of}` : missing(NOT_ASSESSED);
    return `VAF ${short(vaf)}${of && `: ${of}`}`;
  };

  const card = (r) => {
    const { row, peptide, source } = r;
    const remarks = row.remarks.length ? [block("Remarks", list(row.remarks.map((i) => data.texts[i])))] : [];
    const left = make("div", {},
      block("Peptide", ...alignment(peptide)),
      block("Binding by allele", make("div", { className: "scroll" }, bindings(peptide, row.rank))),
      block("The case in words", row.reasons.length ? list(row.reasons.map((i) => data.texts[i])) : missing("none given")),
      ...remarks,
      block("Where it comes from", make("div", { className: "ids" }, facts([
        ["Variants", make("code", {}, source.haplotype)],
        ["Consequence", source.consequence],
        ["Transcript shown", make("code", {}, source.transcript)],
        ["All transcripts", make("code", {}, peptide.transcripts.join(", "))],
        ["Gene", make("code", {}, source.gene_id || source.gene)],
      ]))));
    const right = make("div", {},
      block(`Score ${row.score === null ? NOT_ASSESSED : row.score.toFixed(2)}${row.components.length ? " (log-odds, the sum of its parts)" : ""}, tier “${r.tier}”`, components(row)),
      block("Evidence", facts([
        ...source.calls.flatMap(([variant, dna, normal, rna]) => [
          ...(source.calls.length > 1 ? [["Variant", make("code", {}, variant)]] : []),
          ["Tumour DNA", reads(dna, NOT_ASSESSED)],
          ["Normal DNA", reads(normal, data.has_normal ? NOT_ASSESSED : "no normal sample")],
          ["Tumour RNA", reads(rna, NOT_ASSESSED)],
        ]),
        ["Gene expression", number(source.gene_expression, "", NOT_ASSESSED)],
        ["Expression of these transcripts", number(peptide.transcript_expression, "", NOT_ASSESSED)],
        ["Cancer cell fraction", number(source.ccf, "", NOT_ASSESSED)],
        ["Nonsense-mediated decay", source.nmd],
        ["Near-self match", row.near ?? peptide.self_match],
        ["Place of the mutation", row.site && row.site.replace("_", " ")],
        ["Share that lost the HLA allele", number(row.hla_loss, "", NOT_ASSESSED)],
        ["Hotspot", source.hotspot],
        ["Phase", source.phase],
        ["FILTER", source.filter],
      ])));
    return make("td", { className: "card", colSpan: headings.length },
      make("h3", { className: "card-title" }, make("span", { className: "gene" }, source.gene), ` ${source.change} on ${r.binding.allele}`),
      make("div", { className: "card-grid" }, left, right));
  };

  // ---- the table

  const draw = () => {
    const found = selected();
    const perPage = Number(size.value);
    const pages = Math.max(1, Math.ceil(found.length / perPage));
    state.page = Math.min(state.page, pages - 1);
    const first = state.page * perPage;
    const page = found.slice(first, first + perPage);
    body.replaceChildren(...page.flatMap((r) => {
      const open = state.open.has(r.rank);
      const opener = make("button", { type: "button", className: "opener", ariaExpanded: String(open),
        ariaLabel: `Candidate ${r.rank}: details` }, String(r.rank));
      const cell = (content, className = "") => make("td", { className }, ...[content].flat());
      const numeric = (value) => cell(number(value), "number");
      const line = make("tr", { className: open ? "row open" : "row", id: `candidate-${r.rank}` },
        cell(opener, "number"),
        cell(make("span", { className: `tier ${r.row.tier}` }, r.tier)),
        make("td", { className: "gene", title: r.gene }, r.gene),
        make("td", { className: "change", title: r.protein_change }, r.protein_change),
        cell(residues(r.peptide.mutant, r.peptide.altered), "mono"), cell(r.binding.allele, "allele"),
        ...["presentation_percentile", "affinity_nM", "affinity_percentile", "agretopicity", "tumor_dna_vaf",
          "tumor_rna_vaf", "gene_expression"].map((key) => numeric(keys[key](r))));
      line.addEventListener("click", (event) => {
        if (!event.target.closest("button") && String(getSelection())) return; // someone is copying text
        toggle(r.rank);
      });
      return open ? [line, make("tr", { className: "detail" }, card(r))] : [line];
    }));
    status.textContent = found.length
      ? `${first + 1}–${first + page.length} of ${found.length.toLocaleString("en")} candidates` : "No candidate matches.";
    previous.disabled = state.page === 0;
    next.disabled = state.page >= pages - 1;
    for (const th of headings) {
      if (th.dataset.key === state.key) th.setAttribute("aria-sort", state.ascending ? "ascending" : "descending");
      else th.removeAttribute("aria-sort");
    }
  };

  const toggle = (rank) => {
    const opening = !state.open.delete(rank);
    if (opening) state.open.add(rank);
    draw();
    document.getElementById(`candidate-${rank}`).querySelector("button").focus({ preventScroll: true });
    history.replaceState(null, "", opening ? `#candidate-${rank}` : "#candidates");
  };

  const openFromAddress = () => {
    const match = /^#candidate-(\d+)$/.exec(location.hash);
    const rank = match && Number(match[1]);
    if (!rank || !rows.some((r) => r.rank === rank)) return;
    query.value = "";
    Object.assign(state, { key: "rank", ascending: true });
    state.open.add(rank);
    state.page = Math.floor(rows.findIndex((r) => r.rank === rank) / Number(size.value));
    draw();
    document.getElementById(`candidate-${rank}`).scrollIntoView({ block: "start" });
  };

  for (const th of headings) {
    const button = make("button", { type: "button" }, th.textContent);
    th.replaceChildren(button);
    button.addEventListener("click", () => {
      const same = state.key === th.dataset.key;
      Object.assign(state, { key: th.dataset.key, ascending: same ? !state.ascending : true, page: 0 });
      draw();
    });
  }
  const restart = () => { state.page = 0; draw(); };
  query.addEventListener("input", restart);
  size.addEventListener("change", restart);
  previous.addEventListener("click", () => { state.page -= 1; draw(); });
  next.addEventListener("click", () => { state.page += 1; draw(); });
  document.getElementById("controls").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("controls").hidden = false;
  addEventListener("hashchange", openFromAddress);
  draw();
  openFromAddress();
})();
