/**
 * Whether a contract's content type promises bytes: what the runtime can neither write nor read as JSON or text. JSON
 * under another name, `application/cloudevents+json`, is written as `application/json`, and so are its senders' messages
 * when they speak FastStream's format. What is no media type says nothing.
 */
export function isBinary(contentType: string): boolean {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!/^[\w.+-]+\/[\w.+-]+$/.test(type)) return false;
  return type !== 'application/json' && !type.endsWith('+json') && type !== 'text/plain';
}
