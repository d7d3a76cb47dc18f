/**
 * Whether a message of this content type reaches a handler as bytes: the runtime reads JSON and plain text, and
 * hands on everything else as it came. What is no media type says nothing.
 */
export function isBinary(contentType: string): boolean {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(type)) return false;
  return type !== 'application/json' && !type.endsWith('+json') && type !== 'text/plain';
}
