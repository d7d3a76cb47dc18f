const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`);

/** Four decimal numbers without leading zeros. */
export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

/** RFC 4291; no zone, no brackets. */
export function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const groups = [...head, ...tail];
  const last = (halves.length === 2 ? tail : head).at(-1);
  const embedded = last?.includes('.') ? 1 : 0;
  if (embedded === 1 && !isIpv4(last ?? '')) return false;
  const plain = embedded === 1 ? groups.slice(0, -1) : groups;
  const count = groups.length + embedded;
  const complete = halves.length === 2 ? count < 8 : count === 8;
  return complete && plain.every((group) => /^[\da-fA-F]{1,4}$/.test(group));
}
