/** What stands under one field number, undecoded: a number of 8 or 4 bytes, a varint, or bytes. */
export type Field = bigint | Uint8Array;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** One message of the Protocol Buffers wire format, by field number, each value in the order in which it came. */
export class Message {
  readonly #fields = new Map<number, Field[]>();

  /** @throws Error for bytes that are no message. */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    const varint = (): bigint => {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = BigInt(view.getUint8(at++));
        value |= (byte & 0x7fn) << shift;
        if (byte < 0x80n) return value;
      }
    };
    const next = (type: number): Field => {
      if (type === VARINT) return varint();
      if (type === FIXED64) return view.getBigUint64((at += 8) - 8, true);
      if (type === FIXED32) return BigInt(view.getUint32((at += 4) - 4, true));
      if (type !== BYTES) throw new Error(`There is no wire type ${type}.`);
      const length = Number(varint());
      if (at + length > bytes.length) throw new Error('The message is cut off.');
      return bytes.subarray(at, (at += length));
    };
    while (at < bytes.length) {
      const tag = Number(varint());
      const number = tag >> 3;
      this.#fields.set(number, [...(this.#fields.get(number) ?? []), next(tag & 7)]);
    }
  }

  has(number: number): boolean {
    return this.#fields.has(number);
  }

  #last(number: number): Field | undefined {
    return this.#fields.get(number)?.at(-1);
  }

  integer(number: number): bigint {
    const field = this.#last(number);
    return typeof field === 'bigint' ? field : 0n;
  }

  bytes(number: number): Buffer {
    const field = this.#last(number);
    return Buffer.from(field instanceof Uint8Array ? field : []);
  }

  text(number: number): string {
    return this.bytes(number).toString('utf8');
  }

  double(number: number): number {
    return doubleOf(this.integer(number));
  }

  /** A packed list of doubles. */
  doubles(number: number): number[] {
    const bytes = this.bytes(number);
    return Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readDoubleLE(index * 8));
  }

  messages(number: number): Message[] {
    return (this.#fields.get(number) ?? []).flatMap((field) =>
      field instanceof Uint8Array ? [new Message(field)] : [],
    );
  }
}

function doubleOf(bits: bigint): number {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(bits);
  return bytes.readDoubleLE();
}
