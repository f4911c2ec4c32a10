"use strict";
// The page's data, and small functions that make elements. Texts reach the page through textContent, text nodes and
// attributes alone, never as markup: nothing that a VCF holds can become an element.

const NOT_ASSESSED = "not assessed";
const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId("data").textContent);

// ---- elements

const make = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value; else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
};

const SVG = byId("svg").content.firstElementChild.namespaceURI;
const shape = (tag, attributes = {}, ...children) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

const missing = (words = "NA") => make("span", { className: "missing" }, words);
const button = (words, onClick, properties = {}) => {
  const element = make("button", { type: "button", ...properties }, words);
  element.addEventListener("click", onClick);
  return element;
};

// ---- numbers

const isMissing = (value) => value === null || value === undefined;
const short = (value, digits = 3) => {
  if (isMissing(value)) return null;
  return Math.abs(value) >= 10 ** digits ? String(Math.round(value)) : String(Number(value.toPrecision(digits)));
};
const number = (value, unit = "", words = "NA") => {
  const text = short(value);
  return text === null ? missing(words) : document.createTextNode(text + unit);
};
const signed = (value) => {
  const digits = Math.abs(value).toFixed(2);
  return Number(digits) ? `${value > 0 ? "+" : "\u2212"}${digits}` : digits;
};
const thousands = (value) => value.toLocaleString("en");

// ---- what the data's lists mean

const named = (kind, list) => {
  const names = data.fields[kind];
  const made = {};
  for (let i = 0; i < names.length; i += 1) made[names[i]] = list[i];
  return made;
};

const peptides = data.peptides.map((list) => named("peptide", list));
const points = data.points.map((list) => named("point", list));
const rows = data.rows.map((list, index) => {
  const row = named("row", list);
  row.index = index;
  row.source = peptides[row.peptide].source;
  return row;
});
const columns = new Map(data.columns.map((column) => [column.name, column]));
const tiers = Object.keys(data.tiers);

// What a row has in a stored column: a value of its own, or one of its allele, protein change or peptide
const PLACES = {
  all: () => 0,
  allele: (row) => row.allele,
  source: (row) => row.source,
  peptide: (row) => row.peptide,
  row: (row) => row.index,
};
const stored = (row, column) => {
  const value = column.values[PLACES[column.by](row)] ?? null;
  return value !== null && column.pool ? column.pool[value] : value;
};
const storedTexts = (row, slots) => slots.map((slot) => stored(row, slot)).filter((place) => place !== null)
  .map((place) => data.texts[place]);

const interval = (row) => (isMissing(row.rank_low) ? null : `${row.rank_low}\u2013${row.rank_high}`);
const reasons = (row) => storedTexts(row, data.reasons);
const doubts = (row) => storedTexts(row, data.doubts);
const remarks = (row) => storedTexts(row, data.remarks);

// The score's parts: [name, log-odds or null]
const scoreParts = (row) => data.layouts[stored(row, data.layout)].map((name, i) => [name, stored(row, data.parts[i])]);
const contributions = (row) => scoreParts(row).map(([name, value]) =>
  `${name} ${value === null ? NOT_ASSESSED : `${value < 0 ? "" : "+"}${value.toFixed(2)}`}`);

// Columns that are made of a row's own parts; the page stores all others
const COMPOSED = {
  rank: (row) => row.rank,
  rank_interval: interval,
  contributions: (row) => contributions(row).join("; ") || null,
  reasons: (row) => reasons(row).join("; ") || null,
  doubts: (row) => doubts(row).join("; ") || null,
  remarks: (row) => remarks(row).join("; ") || null,
};

// The cell of a row in a column of candidates.tsv; null where it is missing
const cell = (row, name) => (name in COMPOSED ? COMPOSED[name](row) : stored(row, columns.get(name)));

// 1-based positions as a table writes them ("2,9") → 0-based ones
const positions = (text) => (text ? String(text).split(",").map((one) => Number(one) - 1) : []);

// ---- files that the browser saves

const save = (name, text, type) => {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
};
const fileName = (ending) => `${data.sample.replace(/[^\w.-]+/g, "_")}.${ending}`;
