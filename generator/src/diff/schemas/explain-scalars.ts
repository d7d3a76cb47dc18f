import { sameJson } from '../../model/schemas/keywords.js';
import type { LiteralNode, NumberNode, StringNode } from '../../model/types.js';
import type { Breaks, ChangeKind } from '../types.js';
import { numbersHold, stringsHold } from './scalars.js';
import { lengthWords, listed, patternWords, rangeWords } from './words.js';

/** A difference in one keyword; whoever asks knows where. */
export interface KeywordChange {
  readonly kind: ChangeKind;
  readonly keyword?: string;
  readonly message: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly breaks: Breaks;
}

export function numberChanges(o: NumberNode, n: NumberNode): readonly KeywordChange[] {
  const changes: KeywordChange[] = [];
  if (o.integer !== n.integer) {
    changes.push({
      kind: 'type-changed',
      keyword: 'type',
      message: n.integer ? 'must be a whole number now' : 'may have a fraction now',
      before: o.integer ? 'integer' : 'number',
      after: n.integer ? 'integer' : 'number',
      breaks: { sending: !n.integer, receiving: n.integer },
    });
  }
  const whole = o.integer && n.integer;
  const [range, newRange] = [boundsOf(o, whole), boundsOf(n, whole)];
  const breaks = { sending: !numbersHold(newRange, range), receiving: !numbersHold(range, newRange) };
  if (breaks.sending || breaks.receiving) {
    changes.push({
      kind: 'range-changed',
      keyword:
        (['maximum', 'minimum', 'exclusiveMaximum', 'exclusiveMinimum'] as const).find(
          (keyword) => o[keyword] !== n[keyword],
        ) ?? 'type',
      message: `has ${direction(breaks, 'range')}`,
      before: rangeWords(o),
      after: rangeWords(n),
      breaks,
    });
  }
  if (o.multipleOf !== n.multipleOf) {
    const [one, other] = [multiplesOf(o, whole), multiplesOf(n, whole)];
    const breaks = { sending: !numbersHold(other, one), receiving: !numbersHold(one, other) };
    changes.push({
      kind: 'multiple-changed',
      keyword: 'multipleOf',
      message: `has ${direction(breaks, 'set of multiples')}`,
      before: o.multipleOf,
      after: n.multipleOf,
      breaks,
    });
  }
  return changes;
}

/** Bounds of whole numbers are compared as such. */
function boundsOf({ multipleOf: _, ...node }: NumberNode, integer: boolean): NumberNode {
  return { ...node, integer };
}

function multiplesOf({ multipleOf }: NumberNode, integer: boolean): NumberNode {
  return { kind: 'number', integer, ...(multipleOf !== undefined && { multipleOf }) };
}

export function stringChanges(o: StringNode, n: StringNode): readonly KeywordChange[] {
  const parts = [
    {
      kind: 'length-changed',
      keywords: ['minLength', 'maxLength'],
      noun: 'range of lengths',
      words: (node: StringNode) => lengthWords(node.minLength, node.maxLength),
    },
    { kind: 'pattern-changed', keywords: ['pattern'], noun: 'pattern', words: patternWords },
    {
      kind: 'format-changed',
      keywords: ['format'],
      noun: 'format',
      words: (node: StringNode) => node.format ?? 'any',
    },
  ] as const;
  return parts.flatMap(({ kind, keywords, noun, words }): readonly KeywordChange[] => {
    const [one, other] = [o, n].map((node) => {
      const kept = keywords.map((keyword) => [keyword, node[keyword]] as const);
      const defined = kept.filter(([, value]) => value !== undefined);
      return { kind: 'string', ...Object.fromEntries(defined) } as StringNode;
    }) as [StringNode, StringNode];
    const breaks = { sending: !stringsHold(other, one), receiving: !stringsHold(one, other) };
    if (!breaks.sending && !breaks.receiving) return [];
    const keyword = keywords.find((each) => !sameJson(o[each], n[each])) ?? keywords[0];
    const message = `has ${direction(breaks, noun)}`;
    return [{ kind, keyword, message, before: words(o), after: words(n), breaks }];
  });
}

export function literalChanges(o: LiteralNode, n: LiteralNode): readonly KeywordChange[] {
  const missing = (from: LiteralNode, than: LiteralNode) =>
    from.values.filter((value) => !than.values.some((each) => sameJson(each, value)));
  const [added, removed] = [missing(n, o), missing(o, n)];
  const changes: KeywordChange[] = [];
  if (added.length > 0) {
    changes.push({
      kind: 'value-added',
      keyword: 'enum',
      message: `may be ${listed(added)} now`,
      after: added,
      breaks: { sending: true, receiving: false },
    });
  }
  if (removed.length > 0) {
    changes.push({
      kind: 'value-removed',
      keyword: 'enum',
      message: `may not be ${listed(removed)} any more`,
      before: removed,
      breaks: { sending: false, receiving: true },
    });
  }
  return changes;
}

/** What widens breaks those who send, what narrows those who receive. */
function direction({ sending, receiving }: Breaks, noun: string): string {
  if (sending && receiving) return `another ${noun}`;
  return sending ? `a wider ${noun}` : `a narrower ${noun}`;
}
