/** Largest message, in bytes of its entry, that is published and handled where nobody says otherwise. */
export const MAX_MESSAGE_BYTES = 16 << 20;

/** Bytes of an entry's names and values. */
export function sizeOf(fields: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const field of fields) bytes += field.length;
  return bytes;
}
