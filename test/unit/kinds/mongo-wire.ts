export interface Field {
  readonly type: number;
  readonly name: string;
  readonly value: Buffer;
}

/** OP_MSG with one BSON document. */
export function message(fields: readonly Field[]): Buffer {
  const inside = Buffer.concat(
    fields.map(({ type, name, value }) => Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), value])),
  );
  const document = Buffer.concat([int32(inside.length + 5), inside, Buffer.from([0])]);
  const body = Buffer.concat([int32(0), Buffer.from([0]), document]);
  return Buffer.concat([int32(16 + body.length), int32(1), int32(0), int32(2013), body]);
}

/** What a server of version 8 says, as far as it matters. */
export function helloAnswer({ isWritablePrimary }: { readonly isWritablePrimary: boolean }): Buffer {
  return message([
    { type: 0x08, name: 'isWritablePrimary', value: Buffer.from([isWritablePrimary ? 1 : 0]) },
    { type: 0x10, name: 'maxBsonObjectSize', value: int32(16_777_216) },
    { type: 0x10, name: 'maxWireVersion', value: int32(25) },
    { type: 0x08, name: 'readOnly', value: Buffer.from([0]) },
    { type: 0x01, name: 'ok', value: Buffer.from([0, 0, 0, 0, 0, 0, 0xf0, 0x3f]) },
  ]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
