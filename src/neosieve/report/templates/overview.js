// The plots of the whole sample.

const CLASSES = [ // by the best percentile that any candidate of the variant has
  { className: "best", mark: "circle", words: "a candidate at 0.5 % or below", limit: 0.5 },
  { className: "middle", mark: "diamond", words: "one at 2 % or below", limit: 2 },
  { className: "rest", mark: "cross", words: "none known at 2 % or below", limit: Infinity },
];
const classOf = (point) => CLASSES.find((one) => (point.percentile ?? Infinity) <= one.limit);
const inClass = (one) => points.filter((point) => classOf(point) === one);
const pointWords = (point) => [
  `${point.gene} ${point.change}`, `best rank ${thousands(point.rank)}`, `best percentile ${short(point.percentile) ?? NOT_ASSESSED}`,
  `DNA VAF ${short(point.vaf) ?? NOT_ASSESSED}`, `cancer cell fraction ${short(point.ccf) ?? NOT_ASSESSED}`,
  `expression ${short(point.expression) ?? NOT_ASSESSED}`,
].join(", ");
const ofAll = () => (data.n_points > points.length
  ? `The best ${thousands(points.length)} of ${thousands(data.n_points)} variants with candidates.`
  : `All ${thousands(points.length)} variants with candidates.`);

const marksOf = (drawn) => drawn.map(({ point, x, y, r = 4.5 }) => {
  const { className, mark } = classOf(point);
  const element = shape("g", { class: className }, MARKS[mark](x, y, r));
  return { element, words: pointWords(point), target: point.rank };
});

// DNA VAF × gene expression; what isn't assessed stands apart, outside the axes
const vafByExpression = (onOpen) => {
  const { low, top, ticks } = expressionScale(points.map((point) => point.expression));
  const noVaf = points.some((point) => isMissing(point.vaf));
  const left = noVaf ? 92 : 58;
  const x = linear(0, 1, left, 424);
  const y = logarithmic(low, top, 218, 14);
  const placed = points.map((point) => ({ point,
    x: isMissing(point.vaf) ? 66 : x(point.vaf),
    y: isMissing(point.expression) ? 262 : point.expression < low ? 236 : y(point.expression) }))
    .sort((a, b) => a.x - b.x || b.y - a.y);
  const unknown = points.filter((point) => isMissing(point.vaf) || isMissing(point.expression)).length;
  const marks = marksOf(placed);
  const svg = picture(440, 312, "Variants by DNA VAF and gene expression",
    ...ticks.map((tick) => line(left, y(tick), 424, y(tick), "grid")),
    line(left, y(1), 424, y(1), "threshold"),
    axisBelow(SHARES.map((tick) => [x(tick), String(tick)]), 275, left, 424, "DNA VAF"),
    axisLeft([...ticks.map((tick) => [y(tick), short(tick)]), [236, `< ${short(low)}`],
      ...(points.some((point) => isMissing(point.expression)) ? [[262, "NA"]] : [])], 52, 14, 270,
      "gene expression"),
    ...(noVaf ? [label(66, 291, "NA", { "text-anchor": "middle" })] : []),
    ...marks.map((mark) => mark.element));
  const note = `${ofAll()} Expression in the source's unit, usually TPM; the dashed line stands at 1. ` +
    (unknown ? `${thousands(unknown)} lack one of the two values (NA, not zero). ` : "") +
    "Choose a mark to open the variant's best candidate; arrow keys walk along the marks.";
  return figure("VAF × expression", [
    legend(CLASSES.map((one) => [one.className, one.mark, `${one.words} (${thousands(inClass(one).length)})`])),
    ...walkable(svg, marks, onOpen)], note);
};

// How the candidates of each allele are distributed over the percentiles
const BIN_CLASSES = [["strong", "up to 0.5"], ["good", "up to 2"], ["poor", "above"]];
const binClass = (end) => (end <= 0.5 ? "strong" : end <= 2 ? "good" : "poor");
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

const histogram = ({ allele, counts, not_assessed: unknown }, highest, last) => {
  const bins = data.percentile_bins;
  const total = sum(counts);
  if (!total) return make("p", { className: "facet" }, make("b", {}, allele), " ", missing(NOT_ASSESSED));
  const tall = data.percentiles.length > 3 ? 32 : 62; // six alleles take the place of three
  const base = tall + 22;
  const width = 340 / bins.length;
  const height = linear(0, Math.sqrt(highest), 0, tall);
  const bar = (count, i) => {
    const x = 10 + i * width;
    const high = count ? Math.max(1, height(Math.sqrt(count))) : 0;
    return [shape("rect", { x: x + 1, y: base - high, width: width - 2, height: high, class: binClass(bins[i]) }),
      label(x + width / 2, base - 4 - high, thousands(count), { "text-anchor": "middle", class: "count" })];
  };
  const end = (bin, i) => {
    const x = 10 + (i + 1) * width;
    if (last) return [line(x, base, x, base + 4, "tick"), label(x, base + 16, short(bin), { "text-anchor": "middle" })];
    return bin === 0.5 || bin === 2 ? [line(x, base, x, base + 4, "tick")] : [];
  };
  const title = { "text-anchor": "middle", class: "title" };
  const words = `${thousands(sum(counts.filter((_, i) => bins[i] <= 2)))} of ${thousands(total)} at 2 % or below` +
    (unknown ? `; ${thousands(unknown)} ${NOT_ASSESSED}` : "");
  return make("div", { className: "facet" }, make("p", {}, make("b", {}, allele), ` ${words}`),
    picture(360, base + (last ? 34 : 8), `${allele}: ${words}`, ...counts.flatMap(bar), line(10, base, 350, base, "base"),
      ...bins.flatMap(end), ...(last ? [label(180, base + 32, "percentile up to; lower is better", title)] : [])));
};

const percentiles = () => {
  const highest = Math.max(1, ...data.percentiles.flatMap((one) => one.counts));
  const drawn = data.percentiles.map((one, i) => histogram(one, highest, i === data.percentiles.length - 1));
  return figure("Rank percentiles", [legend(BIN_CLASSES.map(([className, words]) => [className, null, words])), ...drawn],
    `All ${thousands(data.total)} candidates, by allele; presentation percentile, of affinity where there is no other. ` +
    "The height goes by the square root of the count, so that the few good ones can be seen.");
};

// The cancer cell fraction with its interval, or the DNA VAFs where it isn't estimated
const clonality = (onOpen) => (points.some((point) => !isMissing(point.ccf)) ? fractions(onOpen) : vafs());

const fractions = (onOpen) => {
  const known = points.filter((point) => !isMissing(point.ccf)).sort((a, b) => b.ccf - a.ccf || a.rank - b.rank);
  const x = linear(-0.5, known.length - 0.5, 46, 430);
  const y = linear(0, 1, 262, 14);
  const marks = marksOf(known.map((point, i) => ({ point, x: x(i), y: y(point.ccf), r: known.length > 150 ? 2.5 : 4 })));
  const clonal = known.filter((point) => point.ccf_high >= 0.5).length;
  const svg = picture(440, 312, "Cancer cell fraction of each variant, with its interval",
    ...SHARES.map((tick) => line(46, y(tick), 430, y(tick), tick === 0.5 ? "threshold" : "grid")),
    axisLeft(SHARES.map((tick) => [y(tick), String(tick)]), 46, 14, 262, "cancer cell fraction"),
    axisBelow([], 262, 46, 430, `${thousands(known.length)} variants, by their fraction`),
    ...known.map((point, i) => line(x(i), y(point.ccf_low), x(i), y(point.ccf_high), "whisker")),
    ...marks.map((mark) => mark.element));
  const without = points.length - known.length;
  return figure("Clonality", [
    legend(CLASSES.map((one) => [one.className, one.mark, one.words])), ...walkable(svg, marks, onOpen)],
  `${ofAll()} Bars are 95 % intervals; those of ${thousands(clonal)} reach one half of the tumour's cells or more.` +
  (without ? ` Of ${thousands(without)} the fraction is not assessed; they are not shown.` : ""));
};

const vafs = () => {
  const known = points.filter((point) => !isMissing(point.vaf));
  const counts = Array.from({ length: 20 }, () => CLASSES.map(() => 0));
  for (const point of known) counts[Math.min(19, Math.floor(point.vaf * 20))][CLASSES.indexOf(classOf(point))] += 1;
  const highest = Math.max(1, ...counts.map(sum));
  const x = linear(0, 1, 46, 430);
  const y = linear(0, highest, 262, 20);
  const steps = [...new Set(SHARES.map((share) => Math.round(share * highest)))];
  const bars = counts.flatMap((bin, i) => bin.map((count, place) => {
    const below = sum(bin.slice(0, place));
    return shape("rect", { x: x(i / 20) + 1, y: y(below + count), width: x(0.05) - x(0) - 2,
      height: y(below) - y(below + count), class: CLASSES[place].className });
  }));
  const svg = picture(440, 312, `DNA VAF of ${thousands(known.length)} variants`,
    ...steps.map((step) => line(46, y(step), 430, y(step), "grid")), ...bars,
    axisLeft(steps.map((step) => [y(step), thousands(step)]), 46, 20, 262, "variants"),
    axisBelow(SHARES.map((tick) => [x(tick), String(tick)]), 262, 46, 430, "DNA VAF"));
  const why = "The cancer cell fraction is not assessed: it needs the tumour's purity and its copy numbers. " +
    "Shown are the VAFs, which mix clonality with both.";
  const without = points.length - known.length;
  return figure("Clonality", [make("p", { className: "missing" }, why),
    legend(CLASSES.map((one) => [one.className, null, one.words])), svg],
  ofAll() + (without ? ` Of ${thousands(without)} the VAF is ${NOT_ASSESSED}.` : ""));
};

const drawPictures = (onOpen) => byId("pictures").append(vafByExpression(onOpen), clonality(onOpen), percentiles());
