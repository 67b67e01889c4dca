// A small plot: one bar for each of the last calls, the newest at the right.

const SVG = "http://www.w3.org/2000/svg";
const BARS = 100;
const STEP = 10;
const HEIGHT = 100;

/** Draws the values of calls. `classOf` names the class of a bar. */
export function plot(svg, calls, { valueOf, classOf, chosen }) {
  const shown = calls.slice(-BARS).filter((call) => valueOf(call) != null);
  const most = shown.reduce((most, call) => Math.max(most, valueOf(call)), 0);
  const first = BARS - shown.length;
  const paths = new Map();
  shown.forEach((call, at) => {
    const left = (first + at) * STEP + 1;
    const height = most > 0 ? Math.max((valueOf(call) / most) * HEIGHT, 2) : 2;
    const bar = `M${left} ${HEIGHT}v-${height.toFixed(1)}h${STEP - 2}V${HEIGHT}z`;
    paths.set(classOf(call), (paths.get(classOf(call)) ?? "") + bar);
    if (call === chosen) {
      paths.set("chosen", `M${left - 1} 0h${STEP}V${HEIGHT}h-${STEP}z`);
    }
  });
  svg.setAttribute("viewBox", `0 0 ${BARS * STEP} ${HEIGHT}`);
  svg.replaceChildren(
    ...[...paths].map(([name, bars]) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", name);
      path.setAttribute("d", bars);
      return path;
    }),
  );
  return { count: shown.length, most };
}
