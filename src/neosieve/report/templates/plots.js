// Plots as inline SVG. Each takes values and returns an element; colours live in plots.css, always with a shape or a word.

// ---- scales: value → place between two ends

const linear = (low, high, from, to) => (value) => from + ((value - low) / (high - low || 1)) * (to - from);
const logarithmic = (low, high, from, to) => {
  const scale = linear(Math.log10(low), Math.log10(high), from, to);
  return (value) => scale(Math.log10(Math.max(value, low)));
};
const powersOfTen = (low, high) => {
  const ticks = [];
  for (let power = Math.round(Math.log10(low)); power <= Math.round(Math.log10(high)); power += 1) ticks.push(10 ** power);
  return ticks;
};

const label = (x, y, words, attributes = {}) => shape("text", { x, y, ...attributes }, words);
const line = (x1, y1, x2, y2, className) => shape("line", { x1, y1, x2, y2, class: className });

const picture = (width, height, words, ...children) =>
  shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words, class: "plot" }, ...children);

// Axes of a plot: ticks are [place, words]
const axisBelow = (ticks, y, x1, x2, title) => shape("g", { class: "axis" }, line(x1, y, x2, y, "base"),
  ...ticks.flatMap(([x, words]) => [line(x, y, x, y + 4, "tick"), label(x, y + 16, words, { "text-anchor": "middle" })]),
  label((x1 + x2) / 2, y + 33, title, { "text-anchor": "middle", class: "title" }));
const axisLeft = (ticks, x, y1, y2, title) => shape("g", { class: "axis" }, line(x, y1, x, y2, "base"),
  ...ticks.flatMap(([y, words]) => [line(x - 4, y, x, y, "tick"), label(x - 7, y + 4, words, { "text-anchor": "end" })]),
  label(0, 0, title, { "text-anchor": "middle", class: "title", transform: `translate(13 ${(y1 + y2) / 2}) rotate(-90)` }));

// ---- marks that differ in shape as well as in colour

const MARKS = {
  circle: (x, y, r) => shape("circle", { cx: x, cy: y, r }),
  diamond: (x, y, r, half = 1.25 * r) =>
    shape("path", { d: `M${x} ${y - half}L${x + half} ${y}L${x} ${y + half}L${x - half} ${y}Z` }),
  cross: (x, y, r) => shape("path", { d: `M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}` }),
};

// Marks that a mouse points at and the arrow keys walk along; one of them is in the tab order, the rest is reached from it
const walkable = (svg, marks, onOpen) => {
  const readout = make("p", { className: "readout" }, "\u00a0");
  marks.forEach(({ element, words, target }, i) => {
    element.setAttribute("tabindex", i === 0 ? "0" : "-1");
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", words);
    element.classList.add("mark");
    const tell = () => { readout.textContent = words; };
    element.addEventListener("mouseenter", tell);
    element.addEventListener("focus", tell);
    element.addEventListener("click", () => onOpen(target));
    element.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (event.key === "Enter" || event.key === " ") onOpen(target);
      else if (step) {
        const next = marks[(i + step + marks.length) % marks.length].element;
        element.setAttribute("tabindex", "-1");
        next.setAttribute("tabindex", "0");
        next.focus();
      } else return;
      event.preventDefault();
    });
  });
  svg.setAttribute("role", "group"); // an image's parts would be hidden from screen readers
  return [svg, readout];
};

const figure = (title, contents, note) => make("figure", {}, make("h3", {}, title), ...contents,
  make("figcaption", { className: "note" }, note));

// Entries are [class, a mark's name or null for the area of a bar, words]
const legend = (entries) => make("ul", { className: "legend" }, ...entries.map(([className, mark, words]) => {
  const sign = mark ? MARKS[mark](7, 7, 4) : shape("rect", { x: 1, y: 1, width: 12, height: 12, class: className });
  return make("li", {}, shape("svg", { viewBox: "0 0 14 14", "aria-hidden": "true", class: className }, sign), words);
}));

// ---- where one value lies among all: a strip of ticks with a pointer

const strip = (title, value, all, { scale, ticks, words }) => {
  const known = all.filter((one) => !isMissing(one));
  const head = make("p", { className: "strip-head" }, make("span", {}, title), " ",
    isMissing(value) ? missing(NOT_ASSESSED) : make("b", {}, words(value)));
  if (!known.length) return make("div", { className: "strip" }, head);
  const place = scale(12, 340);
  const below = isMissing(value) ? 0 : known.filter((one) => one < value).length;
  const told = isMissing(value) ? `among ${thousands(known.length)} variants` :
    `above ${thousands(below)} of ${thousands(known.length)} variants`;
  const children = [line(12, 26, 340, 26, "base"),
    ...known.map((one) => line(place(one), 16, place(one), 26, "other")),
    ...ticks.map((tick) => label(place(tick), 39, short(tick), { "text-anchor": "middle" }))];
  if (!isMissing(value)) {
    const x = place(value);
    children.push(shape("path", { d: `M${x} 17L${x - 5.5} 6L${x + 5.5} 6Z`, class: "this" }), line(x, 15, x, 29, "this"));
  }
  const spoken = `${title}: ${isMissing(value) ? NOT_ASSESSED : words(value)}, ${told}`;
  return make("div", { className: "strip" }, head, picture(360, 42, spoken, ...children), make("p", { className: "note" }, told));
};

const SHARES = [0, 0.25, 0.5, 0.75, 1];
const SHARE = { scale: (from, to) => linear(0, 1, from, to), ticks: SHARES, words: (value) => short(value) };
const expressionScale = (all) => {
  const highest = Math.max(10, ...all.filter((one) => !isMissing(one)));
  const top = 10 ** Math.ceil(Math.log10(highest));
  return { low: 0.1, top, ticks: powersOfTen(0.1, top) };
};
