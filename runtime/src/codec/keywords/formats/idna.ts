/** Which labels RFC 5891 to 5893 allow, told by Unicode's own properties (RFC 5892). */

/** Letters, digits and marks. */
const LETTER_DIGIT = /^[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]$/u;
const IGNORABLE = /^[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Noncharacter_Code_Point}]$/u;
/** Conjoining Jamo. */
const OLD_HANGUL = /^[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7c6\ud7cb-\ud7fb]$/;
const BEGINS_WITH_MARK = /^\p{M}/u;

/** RFC 5892, 2.6: decided one by one. */
const ALLOWED = new Set('\u00df\u03c2\u06fd\u06fe\u0f0b\u3007');
const DISALLOWED = new Set('\u0640\u07fa\u302e\u302f\u3031\u3032\u3033\u3034\u3035\u303b');

const ARABIC_DIGIT = /[\u0660-\u0669]/;
const EXTENDED_ARABIC_DIGIT = /[\u06f0-\u06f9]/;
const VIRAMA =
  /^[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u0e3a\u0eba\u0f84\u1039\u103a\u1714\u1734\u17d2\u1a60\u1b44\u1baa\u1bab\u1bf2\u1bf3\u2d7f\ua806\ua8c4\ua953\ua9c0\uaaf6\uabed]$/;

/** What RFC 5892, appendix A, allows only beside certain others. */
const IN_CONTEXT: Readonly<Record<string, (before: string, after: string, label: string) => boolean>> = {
  '\u00b7': (before, after) => before === 'l' && after === 'l',
  '\u0375': (_, after) => /^\p{Script=Greek}$/u.test(after),
  '\u05f3': (before) => /^\p{Script=Hebrew}$/u.test(before),
  '\u05f4': (before) => /^\p{Script=Hebrew}$/u.test(before),
  '\u30fb': (_, __, label) =>
    /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(label.replaceAll('\u30fb', '')),
  '\u200d': (before) => VIRAMA.test(before),
  '\u200c': (before, after) => VIRAMA.test(before) || (JOINING.test(before) && JOINING.test(after)),
};

/** Scripts whose letters join; the table of joining types itself is not at hand. */
const JOINING =
  /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Phags_Pa}]$/u;

/** A label with at least one character beyond ASCII. */
export function isInternationalLabel(label: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  if (/^[\u0000-\u007f]*$/.test(label) || label !== label.normalize('NFC')) return false;
  if (label.startsWith('-') || label.endsWith('-') || /^..--/u.test(label)) return false;
  if (BEGINS_WITH_MARK.test(label)) return false;
  if (ARABIC_DIGIT.test(label) && EXTENDED_ARABIC_DIGIT.test(label)) return false;
  const points = [...label];
  return (
    points.every((point, index) =>
      isAllowed(point, points[index - 1] ?? '', points[index + 1] ?? '', label),
    ) && isBidi(label)
  );
}

function isAllowed(point: string, before: string, after: string, label: string): boolean {
  const rule = IN_CONTEXT[point];
  if (rule !== undefined) return rule(before, after, label);
  if (ALLOWED.has(point)) return true;
  if (DISALLOWED.has(point) || IGNORABLE.test(point) || OLD_HANGUL.test(point)) return false;
  return point === '-' || (LETTER_DIGIT.test(point) && isStable(point));
}

/** Compatibility forms and capitals change when they are normalised. */
function isStable(point: string): boolean {
  return point.normalize('NFKC').toLowerCase().normalize('NFKC') === point;
}

const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}]/u;
const LEFT_TO_RIGHT =
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Devanagari}\p{Script=Thai}\p{Script=Armenian}\p{Script=Georgian}]/u;

export function isRightToLeft(label: string): boolean {
  return RIGHT_TO_LEFT.test(label.replace(/[\p{N}\p{M}-]/gu, ''));
}

/** RFC 5893: a label with letters that run from right to left has no others, and begins with a letter. */
function isBidi(label: string): boolean {
  if (!isRightToLeft(label)) return true;
  if (LEFT_TO_RIGHT.test(label) || !RIGHT_TO_LEFT.test([...label][0] ?? '')) return false;
  return !(/[0-9\u06f0-\u06f9]/.test(label) && ARABIC_DIGIT.test(label));
}
