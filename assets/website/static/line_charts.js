// Line charts of values by year, on a page and as figures with title, legend and source.
//
// A line is { name, className, series }: its class is one of the classes of lines in templates/charts/charts.css, and
// series has the values by year. Lines are drawn in their order: the last one is on top.

const SVG = "http://www.w3.org/2000/svg";
const ON_PAGE = { width: 320, height: 150, left: 52, right: 18, top: 10, bottom: 20 };
const IN_FIGURE = { width: 640, height: 300, left: 52, right: 18, top: 10, bottom: 20 };
const YEAR_WIDTH = 42;
// As in assets/website/figures.py: margins, distances, and the estimated width of a character.
const MARGIN = 20;
const GAP = 10;
const TITLE = { className: "figure-title", lineHeight: 24, characterWidth: 9.6 };
const TEXT = { className: "figure-text", lineHeight: 17, characterWidth: 6.3 };
const LEGEND = { lineHeight: 24, sample: 24, space: 40, characterWidth: 7 };

function svgElement(name, attributes, ...content) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...content);
  return node;
}

export const formatNumber = (value) => value.toLocaleString("en-GB", { maximumFractionDigits: 1 });

// Whether a line is named in the legend; the others are there for context only.
export const isNamed = ({ className }) => className !== "line-other" && className !== "line-5";

// The path of a line, with a gap where a year has no value.
function linePath(series, years, toX, toY) {
  let path = "";
  let isOpen = false;
  for (const year of years) {
    const value = series[year];
    if (value !== undefined) path += `${isOpen ? "L" : "M"}${toX(year).toFixed(1)} ${toY(value).toFixed(1)}`;
    isOpen = value !== undefined;
  }
  return path;
}

// The chart as an SVG element; null if no line has a value.
function draw(lines, years, label, layout) {
  const values = lines.flatMap(({ series }) => Object.values(series));
  if (!values.length) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const { width, height, left, right, top, bottom } = layout;
  const toX = (year) => left + ((width - left - right) * (year - years[0])) / Math.max(years.length - 1, 1);
  const toY = (value) => height - bottom - ((height - top - bottom) * (value - low)) / (high - low || 1);
  const svg = svgElement("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart lines", role: "img", "aria-label": label });
  for (const value of new Set([low, high])) {
    svg.append(
      svgElement("line", { class: "grid", x1: left, x2: width - right, y1: toY(value), y2: toY(value) }),
      svgElement("text", { class: "tick end", x: left - 4, y: toY(value) + 4 }, formatNumber(value)),
    );
  }
  const step = Math.ceil((YEAR_WIDTH * years.length) / (width - left - right));
  for (const year of years.filter((_, index) => (years.length - 1 - index) % step === 0)) {
    svg.append(svgElement("text", { class: "tick middle", x: toX(year), y: height - 4 }, String(year)));
  }
  for (const line of lines) {
    const known = years.filter((year) => line.series[year] !== undefined);
    const group = svgElement("g", { class: line.className }, svgElement("title", {}, line.name));
    group.append(svgElement("path", { d: linePath(line.series, years, toX, toY) }));
    // A value between two gaps would not be seen without its point.
    const points = known.filter((year, index) => (isNamed(line) && index === known.length - 1) || (!(year - 1 in line.series) && !(year + 1 in line.series)));
    for (const year of points) group.append(svgElement("circle", { cx: toX(year), cy: toY(line.series[year]), r: 2.5 }));
    svg.append(group);
  }
  return svg;
}

export const lineChart = (lines, years, label) => draw(lines, years, label, ON_PAGE);

// A short line in the colour and pattern of a class.
export function lineSample(className, attributes = {}) {
  const { sample } = LEGEND;
  const path = svgElement("path", { d: `M0 4L${sample} 4` });
  return svgElement("svg", { viewBox: `0 0 ${sample} 8`, width: sample, height: 8, class: "chart lines", ...attributes }, svgElement("g", { class: className }, path));
}

// The lines of a text that fit into a width.
function wrap(text, style, width) {
  const most = Math.floor(width / style.characterWidth);
  return text.split(/\s+/).reduce((rows, word) => {
    const longer = rows.length ? `${rows.at(-1)} ${word}` : word;
    return rows.length && longer.length <= most ? [...rows.slice(0, -1), longer] : [...rows, word];
  }, []);
}

// The chart with title, subtitle, legend and source in one picture. A legend entry is { name, className }.
export function lineFigure(lines, years, { title, subtitle, legend, source }) {
  const { width, height } = IN_FIGURE;
  const svg = svgElement("svg", { class: "figure", "font-family": "Helvetica, Arial, sans-serif" });
  const ground = svgElement("rect", { class: "figure-ground" });
  svg.append(ground);
  let y = MARGIN;
  const add = (text, style) => {
    for (const row of wrap(text, style, width)) {
      y += style.lineHeight;
      svg.append(svgElement("text", { class: style.className, x: MARGIN, y: y - style.lineHeight / 3 }, row));
    }
  };
  add(title, TITLE);
  add(subtitle, TEXT);
  y += GAP;
  let x = 0;
  for (const { name, className } of legend) {
    const entryWidth = LEGEND.space + name.length * LEGEND.characterWidth;
    if (x && x + entryWidth > width) [x, y] = [0, y + LEGEND.lineHeight];
    svg.append(
      lineSample(className, { x: MARGIN + x, y: y + LEGEND.lineHeight / 2 - 4 }),
      svgElement("g", { class: "chart" }, svgElement("text", { x: MARGIN + x + LEGEND.sample + 6, y: y + LEGEND.lineHeight / 2 + 5 }, name)),
    );
    x += entryWidth;
  }
  y += LEGEND.lineHeight + GAP;
  const chart = draw(lines, years, title, IN_FIGURE);
  for (const [key, value] of Object.entries({ x: MARGIN, y, width, height })) chart.setAttribute(key, value);
  svg.append(chart);
  y += height + GAP;
  add(source, TEXT);
  const size = { width: width + 2 * MARGIN, height: y + MARGIN };
  for (const node of [svg, ground]) for (const [key, value] of Object.entries(size)) node.setAttribute(key, value);
  svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  return svg;
}
