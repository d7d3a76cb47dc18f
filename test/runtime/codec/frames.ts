/** Frames as other writers make them, sound and unsound. */

interface RawFrame {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string | Uint8Array;
  readonly version?: number;
  readonly headersOffset?: number;
  readonly dataOffset?: number;
  /** Number of headers that the frame claims to have. */
  readonly count?: number;
  /** Bytes between the fixed part and the header table. */
  readonly gapBefore?: number;
  /** Bytes between the header table and the body. */
  readonly gapAfter?: number;
  /** The length that is written before a string. Default: its bytes. */
  readonly measure?: (text: string) => number;
}

export function rawFrame(frame: RawFrame): Buffer {
  const { headers, gapBefore = 0, gapAfter = 0, measure = Buffer.byteLength } = frame;
  const strings = headers.map((text) => Buffer.concat([u16(measure(text)), Buffer.from(text)]));
  const table = Buffer.concat([u16(frame.count ?? headers.length / 2), ...strings]);
  const headersOffset = 18 + gapBefore;
  const fixed = Buffer.alloc(headersOffset, 0xee);
  fixed.write('8942494e0d0a1a0a', 'hex');
  fixed.writeUInt16BE(frame.version ?? 1, 8);
  fixed.writeUInt32BE(frame.headersOffset ?? headersOffset, 10);
  fixed.writeUInt32BE(frame.dataOffset ?? headersOffset + table.length + gapAfter, 14);
  return Buffer.concat([fixed, table, Buffer.alloc(gapAfter, 0xee), Buffer.from(frame.body)]);
}

/** As FastStream writes it: lengths in code points, offsets in bytes. */
export function charCountFrame(headers: readonly string[], body: string | Uint8Array): Buffer {
  return rawFrame({ headers, body, measure: (text) => [...text].length });
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
