/** Waiting times against maxWorkers, as SVG: one panel for each operation. */
import { share, type TimeAxis, timeAxis } from './figures.js';
import type { Trial } from './runtime.js';
import { element, line, mark, path, text, wrapped } from './svg.js';
import { answerOf, loadOf, overloadOf, type Planned, targetText } from './words.js';

const WIDTH = 760;
const PLOT = { left: 104, right: 24, height: 250 } as const;
const BELOW = 62;
/** Between two lines of text. */
const LEADING = 18;
const CHARACTERS = 92;

const SERIES = [
  { name: 'p99', shape: 'square' },
  { name: 'p95', shape: 'diamond' },
  { name: 'p50', shape: 'circle' },
] as const;

/** Colours that people with colour blindness tell apart, too; on light and on dark ground. */
const STYLE = `
text{font-family:system-ui,-apple-system,"Segoe UI",Helvetica,Arial,"DejaVu Sans",sans-serif;font-size:12px;fill:#444}
.ground{fill:#fff}.title{font-size:17px;font-weight:600;fill:#111}.strong{font-weight:600;fill:#111}
.grid{stroke:#e3e3e3}.axis{stroke:#888}.over{fill:#f3f0ec}.faint{fill:#777}
.p50{stroke:#0072b2;fill:none;stroke-width:2}.p95{stroke:#c44e00;fill:none;stroke-width:2}.p99{stroke:#7a3e9d;fill:none;stroke-width:2}
.m50{fill:#0072b2}.m95{fill:#c44e00}.m99{fill:#7a3e9d}
.target{stroke:#111;stroke-dasharray:6 4}.now{stroke:#777;stroke-dasharray:2 3}.best{stroke:#1a7f4b;stroke-width:1.5}.bestText{fill:#1a7f4b;font-weight:600}
@media (prefers-color-scheme:dark){
text{fill:#bbb}.ground{fill:#161a1f}.title,.strong{fill:#f2f2f2}
.grid{stroke:#2c333b}.axis{stroke:#7d8590}.over{fill:#23211e}.faint{fill:#8b949e}
.p50{stroke:#56b4e9}.p95{stroke:#f0a04b}.p99{stroke:#cc9fe0}
.m50{fill:#56b4e9}.m95{fill:#f0a04b}.m99{fill:#cc9fe0}
.target{stroke:#f2f2f2}.now{stroke:#8b949e}.best{stroke:#4fc38a}.bestText{fill:#4fc38a}
}`;

export function chartSvg(planned: readonly Planned[]): string {
  let height = 0;
  const panels = planned.map((each) => {
    const { content, height: own } = panel(each);
    const placed = element('g', { transform: `translate(0 ${height})` }, content);
    height += own;
    return placed;
  });
  const title = `Waiting times of ${planned.map(({ operation }) => operation).join(', ')}`;
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${WIDTH} ${height}` };
  const size = { width: WIDTH, height, role: 'img', 'aria-label': title };
  const ground = element('rect', { width: WIDTH, height, class: 'ground' });
  const style = element('style', {}, STYLE);
  return `${element('svg', { ...attributes, ...size }, `${style}\n${ground}\n${panels.join('\n')}`)}\n`;
}

/** Where things stand inside a panel. */
interface Frame {
  readonly top: number;
  readonly bottom: number;
  readonly x: (limit: number) => number;
  readonly y: (ms: number) => number;
  readonly axis: TimeAxis;
}

function panel(planned: Planned): { readonly content: string; readonly height: number } {
  const { exploration, target } = planned;
  const head = headOf(planned);
  const { curve } = exploration;
  const stable = curve.filter(({ result }) => result.overload === undefined);
  const waits = stable.flatMap(({ result }) => [result.waiting.p50, result.waiting.p99]);
  const axis = timeAxis(target === undefined ? waits : [...waits, target.ms]);
  const top = head.height + 42;
  const bottom = top + PLOT.height;
  const [first, last] = [(curve[0]?.limit ?? 1) - 0.5, (curve.at(-1)?.limit ?? 1) + 0.5];
  const across = WIDTH - PLOT.left - PLOT.right;
  const frame: Frame = {
    top,
    bottom,
    axis,
    x: (limit) => PLOT.left + ((limit - first) / (last - first)) * across,
    y: (ms) => bottom - axis.at(ms) * PLOT.height,
  };
  const parts = [
    head.content,
    overloadedPart(curve, frame, first, last),
    verticalAxis(frame),
    horizontalAxis(curve, frame),
    marks(planned, frame),
    ...SERIES.map((series) => seriesPart(stable, series, frame)),
    legend(head.height + 4),
  ];
  return { content: parts.join('\n'), height: bottom + BELOW };
}

/** What it is about, and the answer in words. */
function headOf(planned: Planned): { readonly content: string; readonly height: number } {
  const { asIs, limit } = planned.exploration;
  const lines: string[] = [];
  let y = 32;
  lines.push(text(24, y, planned.operation, { class: 'title' }));
  y += LEADING + 2;
  const workers = limit === undefined ? 'adaptive limit' : `maxWorkers ${limit}`;
  lines.push(text(24, y, `${workers}; ${loadOf(asIs)}`));
  for (const sentence of [overloadOf(planned.exploration), answerOf(planned)]) {
    if (sentence === undefined) continue;
    for (const words of wrapped(sentence, CHARACTERS)) {
      y += LEADING;
      lines.push(text(24, y, words, { class: 'strong' }));
    }
  }
  return { content: lines.join('\n'), height: y + LEADING };
}

function overloadedPart(curve: readonly Trial[], frame: Frame, first: number, last: number): string {
  const { top, x } = frame;
  const count = curve.filter(({ result }) => result.overload !== undefined).length;
  if (count === 0) return '';
  const enough = curve.find(({ result }) => result.overload === undefined);
  const before = curve.filter(({ limit }) => limit < (enough?.limit ?? Number.POSITIVE_INFINITY)).at(-1);
  if (enough !== undefined && before === undefined) return '';
  const edge = enough === undefined || before === undefined ? last : (enough.limit + before.limit) / 2;
  const [from, width] = [x(first), x(edge) - x(first)];
  const area = element('rect', { x: from, y: top, width, height: PLOT.height, class: 'over' });
  const middle = { 'text-anchor': 'middle', class: 'faint' };
  if (width < 90) {
    const [cx, cy] = [from + width / 2 + 4, top + PLOT.height / 2];
    return area + text(cx, cy, 'overloaded', { ...middle, transform: `rotate(-90 ${cx} ${cy})` });
  }
  const words = [text(from + width / 2, top + PLOT.height / 2 - 8, 'overloaded', middle)];
  words.push(text(from + width / 2, top + PLOT.height / 2 + 10, 'without end', middle));
  return (
    area + (width > 160 ? words.join('').replace('without end', 'the backlog grows without end') : words[0])
  );
}

function verticalAxis({ axis, y, top, bottom }: Frame): string {
  const ticks = axis.ticks.map(({ ms, label }) => {
    const grid = line(PLOT.left, y(ms), WIDTH - PLOT.right, y(ms), 'grid');
    return grid + text(PLOT.left - 8, y(ms) + 4, label, { 'text-anchor': 'end' });
  });
  const [cx, cy] = [30, (top + bottom) / 2];
  const title = text(cx, cy, 'waiting time', {
    'text-anchor': 'middle',
    transform: `rotate(-90 ${cx} ${cy})`,
  });
  return ticks.join('') + title;
}

/** The limits, and how busy their workers are. */
function horizontalAxis(curve: readonly Trial[], { x, bottom }: Frame): string {
  let free = 0;
  const ticks = curve.map(({ limit, result }) => {
    const at = x(limit);
    const tick = line(at, bottom, at, bottom + 5, 'axis');
    if (at < free) return tick;
    free = at + 40;
    const middle = { 'text-anchor': 'middle' };
    const busy = text(at, bottom + 38, share(result.utilisation), { ...middle, class: 'faint' });
    return tick + text(at, bottom + 20, String(limit), middle) + busy;
  });
  const end = { 'text-anchor': 'end' };
  return [
    line(PLOT.left, bottom, WIDTH - PLOT.right, bottom, 'axis'),
    ...ticks,
    text(PLOT.left - 8, bottom + 20, 'maxWorkers', end),
    text(PLOT.left - 8, bottom + 38, 'busy', { ...end, class: 'faint' }),
  ].join('');
}

function seriesPart(
  trials: readonly Trial[],
  { name, shape }: (typeof SERIES)[number],
  { x, y }: Frame,
): string {
  const points = trials.map(({ limit, result }) => [x(limit), y(result.waiting[name])] as const);
  const marked = points.map(([px, py]) => mark(shape, px, py, `m${name.slice(1)}`));
  return (points.length > 1 ? path(points, name) : '') + marked.join('');
}

/** The target, the limit that meets it, and the policy's own. */
function marks({ exploration, target }: Planned, frame: Frame): string {
  const { limit, answer } = exploration;
  const { x, y, top, bottom } = frame;
  const parts: string[] = [];
  if (target !== undefined) {
    const at = y(target.ms);
    parts.push(line(PLOT.left, at, WIDTH - PLOT.right, at, 'target'));
    const label = { 'text-anchor': 'end', class: 'strong' };
    parts.push(text(WIDTH - PLOT.right - 4, at < top + 20 ? at + 16 : at - 6, targetText(target), label));
  }
  const best = answer?.kind === 'limit' ? answer.limit : undefined;
  const upright = (at: number, label: string, row: number, kind: 'now' | 'best') => {
    const anchor = at > WIDTH - 160 ? 'end' : 'start';
    const place = { 'text-anchor': anchor, class: kind === 'best' ? 'bestText' : 'faint' };
    parts.push(line(at, top - 12 * row, at, bottom, kind));
    parts.push(text(at + (anchor === 'start' ? 5 : -5), top - 12 * row + 8, label, place));
  };
  if (limit !== undefined && limit !== best) upright(x(limit), `as it is: ${limit}`, 1, 'now');
  if (best !== undefined)
    upright(x(best), `${limit === best ? 'as it is, and the smallest' : 'smallest'}: ${best}`, 2, 'best');
  return parts.join('');
}

function legend(y: number): string {
  let x = PLOT.left;
  const words = { p50: 'p50, half wait longer', p95: 'p95, one in 20', p99: 'p99, one in 100' } as const;
  const parts = [...SERIES].reverse().map(({ name, shape }) => {
    const at = x;
    x += 38 + words[name].length * 6.6;
    const swatch = line(at, y, at + 20, y, name) + mark(shape, at + 10, y, `m${name.slice(1)}`);
    return swatch + text(at + 26, y + 4, words[name]);
  });
  return parts.join('');
}
