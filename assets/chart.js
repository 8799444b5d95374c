// How a class of messages went, drawn from plain rows of numbers; each chart says the same as the table beneath it.
import { createElement as h, useState } from "react";

const HEIGHT = 100;
const LEAST = 2.5; // what is more than nothing is seen

const moment = (at, options) => new Date(at).toLocaleString(document.documentElement.lang || "en", options);
const CLOCK = { hour: "numeric", minute: "2-digit" };
const FULL = { month: "short", day: "numeric", hour: "numeric", minute: "2-digit", second: "2-digit" };

// A moment in the reader's own time zone, as exact as it is given.
export function Moment({ at = "", ...rest }) {
  const exact = at.includes(".") ? { fractionalSecondDigits: 3 } : {};
  return at ? h("time", { ...rest, dateTime: at }, moment(at, { ...FULL, ...exact })) : null;
}

// Seconds as people say them: the units' words are the page's.
function lasting(seconds, units) {
  const said = (unit, value) => units[unit].replace("{count}", value.toLocaleString(undefined, { maximumSignificantDigits: 2 }));
  if (seconds < 1) return said("ms", seconds * 1000);
  if (seconds < 60) return said("s", seconds);
  return seconds < 3600 ? said("min", seconds / 60) : said("h", seconds / 3600);
}

function Chart({ title, values, say, when, target, words }) {
  const [at, setAt] = useState(-1);
  const known = values.filter((value) => value !== null);
  // With a target the scale is its own, so that one bad minute doesn't make all others look alike.
  const highest = Math.max(0, ...known);
  const most = target ? target * 1.6 : highest * 1.08 || 1;
  const y = (value) => HEIGHT - Math.min(Math.max((value / most) * HEIGHT, LEAST), HEIGHT);
  const seen = at >= 0 && at < values.length ? at : -1;
  const see = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    setAt(Math.floor(((event.clientX - box.left) / box.width) * values.length));
  };
  const told = seen >= 0 && values[seen] !== null ? `${when(seen)}: ${say(values[seen])}`
    : highest ? words.most.replace("{value}", say(highest)) : "";
  const bar = (value, i) => value !== null && value > 0 && h("rect", {
    key: i, x: i + 0.12, width: 0.76, y: y(value), height: HEIGHT - y(value), className: target && value > target ? "over" : "" });
  const line = target ? h("line", { x1: 0, x2: values.length, y1: y(target), y2: y(target), className: "target" }) : null;
  return h("figure", { className: "chart" },
    h("figcaption", null, h("span", null, title), h("span", { className: "num" }, told)),
    highest || target ? null : h("p", { className: "soft small chart-empty" }, words.empty),
    h("svg", { viewBox: `0 0 ${values.length} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": title,
      onPointerMove: see, onPointerLeave: () => setAt(-1) }, values.map(bar), line),
    h("div", { className: "axis num", "aria-hidden": true }, h("span", null, when(0)), h("span", null, when(values.length - 1))));
}

function Rows({ points, heads, when, say }) {
  const row = (i) => h("tr", { key: i }, h("th", { scope: "row" }, when(i)), points.map((values, n) =>
    h("td", { key: n }, values[i] === null || values[i] === undefined ? "–" : say[n](values[i]))));
  const newest = points[0].map((_, i) => points[0].length - 1 - i);
  return h("div", { className: "chart-rows", tabIndex: 0, role: "region", "aria-label": heads[0] },
    h("table", null,
      h("thead", null, h("tr", null, heads.map((head) => h("th", { key: head, scope: "col" }, head)))),
      h("tbody", null, newest.map(row))));
}

// One class: how many were sent and how fast, as two charts; the table holds both and how many waited.
export function ClassCharts({ accepted = [], p95 = [], waiting = [], since = "", step = 60, target = 0, words = {}, units = {} }) {
  const [open, setOpen] = useState(false);
  if (!accepted.length) return null;
  const when = (i) => moment(Date.parse(since) + i * step * 1000, CLOCK);
  const count = (value) => value.toLocaleString();
  const time = (value) => lasting(value, units);
  return h("div", { className: "charts" },
    h(Chart, { title: words.sent, values: accepted, say: count, when, words }),
    h(Chart, { title: words.relay, values: p95, say: time, when, target, words }),
    h("details", { className: "chart-table", onToggle: (event) => setOpen(event.currentTarget.open) },
      h("summary", null, words.table),
      open && h(Rows, { points: [accepted, p95, waiting], heads: [words.time, words.sent, words.relay, words.waiting], when,
        say: [count, time, count] })));
}
