/** A view of the same bytes as a Buffer. ioredis would send any other Uint8Array as the text `137,66,73`. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
