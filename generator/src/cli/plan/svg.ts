/** The few shapes that charts are made of, as text. */

type Attributes = Readonly<Record<string, string | number | undefined>>;

export function element(name: string, attributes: Attributes, content?: string): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? coordinate(value) : String(value))}"`,
    );
  return content === undefined
    ? `<${name}${written.join('')}/>`
    : `<${name}${written.join('')}>${content}</${name}>`;
}

export function text(x: number, y: number, words: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(words));
}

export function line(x1: number, y1: number, x2: number, y2: number, className: string): string {
  return element('line', { x1, y1, x2, y2, class: className });
}

export function path(points: readonly (readonly [x: number, y: number])[], className: string): string {
  const d = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${coordinate(x)} ${coordinate(y)}`).join('');
  return element('path', { d, class: className });
}

/** Marks that can be told apart without colours. */
export function mark(
  shape: 'circle' | 'diamond' | 'square',
  x: number,
  y: number,
  className: string,
): string {
  switch (shape) {
    case 'circle':
      return element('circle', { cx: x, cy: y, r: 4, class: className });
    case 'square':
      return element('rect', { x: x - 3.5, y: y - 3.5, width: 7, height: 7, class: className });
    case 'diamond':
      return element('path', {
        d: `M${coordinate(x)} ${coordinate(y - 5)}l5 5l-5 5l-5 -5z`,
        class: className,
      });
    default:
      return shape satisfies never;
  }
}

/** Lines of at most so many characters, broken between words. */
export function wrapped(words: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function coordinate(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/\p{Cc}/gu, ' ');
}
