/**
 * In which of `buckets` places a key belongs: an even spread, in which a key moves only into a new place when places are
 * added, and few of them do. Source: Lamping and Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm" (2014), with a
 * random sequence of 32 bits, which is enough for the number of places that a channel has. The result for a key must
 * never change: processes of different versions publish side by side.
 */
export function jumpHash(key: string, buckets: number): number {
  if (buckets <= 1) return 0;
  let state = hash32(key);
  let bucket = 0;
  let next = 0;
  while (next < buckets) {
    bucket = next;
    state = (state + 0x9e3779b9) >>> 0;
    next = Math.floor((bucket + 1) / ((mix(state) + 1) / 2 ** 32));
  }
  return bucket;
}

/** FNV-1a over UTF-8 bytes, 32 bits, mixed, so that neighbours have nothing in common. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return mix(fnv1a(Buffer.from(text)));
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return mix(hash);
}

function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** The finalizer of MurmurHash3. */
function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
