/** Owns writing the few protobuf fields that answers have. */

/** Field of a number that is not negative. */
export function int32Field(field: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.from([...varint(field * 8), ...varint(value)])
}

export function textField(field: number, text: string): Buffer {
  return text === '' ? Buffer.alloc(0) : messageField(field, Buffer.from(text))
}

export function messageField(field: number, message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(message.length)]), message])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let left = value
  while (left >= 0x80) {
    bytes.push((left % 0x80) + 0x80)
    left = Math.floor(left / 0x80)
  }
  bytes.push(left)
  return bytes
}
