import { type Seq, STREAMS, type Stream } from "../log/cursor.ts";
import { ENTRY_PAYLOAD_MAX_BYTES, type Entry, KIND_MAX_BYTES } from "../log/entry.ts";
import { TIME_MAX_MS } from "../telemetry/reading.ts";
import { type ByteReader, type ByteWriter, TruncatedError } from "./bytes.ts";

/**
 * A run of log entries on the line:
 *
 *     stream u8 | after varint | head varint | count varint |
 *     count × ( seq delta varint ≥ 1 | at varint (ms) | kind length+UTF-8 | payload length+bytes )
 *
 * `after` is the seq the receiver must already have; `head` the newest seq the sender holds, so that the receiver
 * can say how far behind it is. Seqs may skip: the sender's disk policy may have dropped entries.
 */
export interface Entries {
  stream: Stream;
  after: Seq;
  head: Seq;
  entries: Entry[];
}

/** The receiver has applied its stream up to `seq`, durably. */
export interface Ack {
  stream: Stream;
  seq: Seq;
}

export const ENTRIES_PER_FRAME_MAX = 10_000;

export function writeEntries(writer: ByteWriter, frame: Entries): void {
  writer.byte(STREAMS.indexOf(frame.stream));
  writer.varint(frame.after);
  writer.varint(frame.head);
  writer.varint(frame.entries.length);
  let previous = frame.after;
  for (const entry of frame.entries) {
    writer.varint(entry.seq - previous);
    writer.varint(entry.atMs);
    writer.text(entry.kind);
    writer.bytes(entry.payload);
    previous = entry.seq;
  }
}

export function readEntries(reader: ByteReader): Entries {
  const stream = readStream(reader);
  const after = reader.varint();
  const head = reader.varint();
  const count = reader.varint();
  if (count > ENTRIES_PER_FRAME_MAX) throw new TruncatedError(`${count} entries in a frame`);
  const entries: Entry[] = [];
  let seq = after;
  for (let index = 0; index < count; index += 1) {
    const delta = reader.varint();
    if (delta === 0) throw new TruncatedError("two entries have the same seq");
    seq += delta;
    if (!Number.isSafeInteger(seq)) throw new TruncatedError("a seq is too large");
    const atMs = reader.varint();
    if (atMs > TIME_MAX_MS) throw new TruncatedError("an entry's time is out of range");
    entries.push({
      seq,
      atMs,
      kind: reader.text(KIND_MAX_BYTES),
      payload: reader.bytes(ENTRY_PAYLOAD_MAX_BYTES),
    });
  }
  return { stream, after, head, entries };
}

export function writeAck(writer: ByteWriter, ack: Ack): void {
  writer.byte(STREAMS.indexOf(ack.stream));
  writer.varint(ack.seq);
}

export function readAck(reader: ByteReader): Ack {
  return { stream: readStream(reader), seq: reader.varint() };
}

function readStream(reader: ByteReader): Stream {
  const index = reader.byte();
  const stream = STREAMS[index];
  if (stream === undefined) throw new TruncatedError(`stream number ${index} does not exist`);
  return stream;
}
