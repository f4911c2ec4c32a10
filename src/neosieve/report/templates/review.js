// A reviewer's marks: kept by variant, peptide and allele, in this browser if it lets us, and in a small JSON file.

const MARK_WORDS = { accept: "\u2713 accept", review: "? review", reject: "\u2717 reject" };
const STORED_AS = `neosieve_review:${data.sample}:${data.vcf_sha256 ?? ""}`;
const marks = new Map();

const markKey = (mark) => [mark.variant, mark.peptide, mark.allele].join("\t");
const candidateKey = (row) => Object.fromEntries(["variant", "peptide", "allele"].map((name) => [name, cell(row, name)]));
const markOf = (row) => marks.get(markKey(candidateKey(row))) ?? null;

const reviewDocument = () => ({
  neosieve_review: 1,
  sample: data.sample,
  vcf_sha256: data.vcf_sha256,
  marks: [...marks.keys()].sort().map((key) => marks.get(key)),
});

const keepMarks = () => {
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(reviewDocument()));
  } catch { /* a browser may forbid storage to a file: marks then last as long as the page */ }
};

// Set or clear (mark "") a candidate's mark
const setMark = (row, mark, note) => {
  const key = candidateKey(row);
  if (mark) marks.set(markKey(key), { ...key, mark, note });
  else marks.delete(markKey(key));
  keepMarks();
};

const checkedMark = (mark, place) => {
  const wrong = (why) => new Error(`mark ${place + 1} ${why}`);
  if (typeof mark !== "object" || mark === null) throw wrong("isn't an object");
  for (const name of ["variant", "peptide", "allele"]) {
    if (typeof mark[name] !== "string" || !mark[name]) throw wrong(`has no ${name}`);
  }
  if (!Object.hasOwn(MARK_WORDS, mark.mark)) {
    throw wrong(`says ${JSON.stringify(mark.mark)}, which is none of accept, reject, review`);
  }
  if (!isMissing(mark.note) && typeof mark.note !== "string") throw wrong("has a note that isn't text");
  return { variant: mark.variant, peptide: mark.peptide, allele: mark.allele, mark: mark.mark, note: mark.note ?? "" };
};

// Read a review file; an Error tells in words why it can't be taken, and then nothing of it is
const readReview = (text) => {
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error("it isn't JSON");
  }
  if (typeof file !== "object" || file === null || !("neosieve_review" in file)) {
    throw new Error("it isn't a review file of neosieve");
  }
  if (file.neosieve_review !== 1) {
    throw new Error(`it is of version ${JSON.stringify(file.neosieve_review)}; this page reads version 1`);
  }
  if (file.sample !== data.sample) {
    throw new Error(`it is about sample ${JSON.stringify(file.sample)}; this page is about ${data.sample}`);
  }
  if (file.vcf_sha256 && data.vcf_sha256 && file.vcf_sha256 !== data.vcf_sha256) {
    throw new Error("it was made for another VCF of this sample (the checksums differ)");
  }
  if (!Array.isArray(file.marks)) throw new Error("it has no list of marks");
  return file.marks.map(checkedMark);
};

const importReview = (text) => {
  const read = readReview(text);
  const known = new Set(rows.map((row) => markKey(candidateKey(row))));
  const elsewhere = read.filter((mark) => !known.has(markKey(mark))).length;
  const replaced = read.filter((mark) => marks.has(markKey(mark))).length;
  for (const mark of read) marks.set(markKey(mark), mark);
  keepMarks();
  const words = [`${thousands(read.length)} marks read`];
  if (replaced) words.push(`, ${thousands(replaced)} of them in place of earlier ones`);
  if (elsewhere) words.push(`; ${thousands(elsewhere)} are of candidates that this page doesn't hold: kept, and exported again`);
  return `${words.join("")}.`;
};

const recallMarks = () => {
  try {
    const text = localStorage.getItem(STORED_AS);
    if (text) for (const mark of readReview(text)) marks.set(markKey(mark), mark);
  } catch { /* nothing kept, or not readable: begin without marks */ }
};

const markBadge = (mark) => (mark
  ? make("span", { className: `badge ${mark.mark}`, title: mark.note }, MARK_WORDS[mark.mark])
  : missing("\u2013"));

// The part of a card where a candidate is marked
const reviewForm = (row, onChange) => {
  const name = `mark-${row.index}`;
  const current = markOf(row);
  const note = make("textarea", { rows: 2, value: current?.note ?? "", placeholder: "why" });
  const radios = [["", "not marked"], ...Object.entries(MARK_WORDS)].map(([value, words]) => ({
    value, words, input: make("input", { type: "radio", name, value, checked: (current?.mark ?? "") === value }) }));
  const chosen = () => radios.find((radio) => radio.input.checked).value;
  const update = () => { setMark(row, chosen(), note.value); onChange(row); };
  for (const radio of radios) radio.input.addEventListener("change", update);
  note.addEventListener("input", () => {
    const review = radios.find((radio) => radio.value === "review");
    if (note.value && !chosen()) review.input.checked = true; // a note needs a mark
    update();
  });
  return make("fieldset", { className: "review-form" }, make("legend", {}, "Review"),
    make("div", { className: "radios" }, ...radios.map((radio) => make("label", {}, radio.input, ` ${radio.words}`))),
    make("label", { className: "note-label" }, "Note ", note));
};
