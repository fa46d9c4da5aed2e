/** Owns undoing Zstandard (RFC 8878): frames and blocks. Node 20 has none of it, and the libraries there are believe what a stream says of itself. */
import { setImmediate } from 'node:timers/promises'
import { tooLarge } from '@/lib/http/body-too-large'
import { DamagedStream } from '@/lib/http/damaged-stream'
import { damaged } from '@/lib/http/zstd/bits'
import { Literals, littleEndian, MAX_BLOCK_BYTES } from '@/lib/http/zstd/literals'
import { Output } from '@/lib/http/zstd/output'
import { Sequences } from '@/lib/http/zstd/sequences'
import { Xxh64 } from '@/lib/http/zstd/xxh64'

const MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
/** Made before others may run. */
const BYTES_A_TURN = 512 * 1024
/** Each compressed block may bring tables of its own, and each frame a checksum, which cost time however little they hold. */
const MAX_COSTLY_PARTS = 65_536
const BLOCKS_A_TURN = 256

interface FrameHeader {
  /** Bytes that it says it holds, or null. */
  readonly size: number | null
  readonly hasChecksum: boolean
  /** Position after it. */
  readonly end: number
}

/**
 * The decompressed bytes of all frames, each held against its checksum where it carries one.
 * @param claim  told how much memory is taken, before it is
 * @throws AppError `too_large` as soon as `maxBytes` is passed or announced; DamagedStream
 */
export async function decompressZstd(
  bytes: Buffer,
  maxBytes: number,
  claim: (bytes: number) => void,
): Promise<Buffer> {
  const out = new Output(maxBytes, claim)
  const literals = new Literals()
  let costlyParts = 0
  let blocks = 0
  let turnAt = BYTES_A_TURN
  let at = 0
  while (at < bytes.length) {
    const magic = littleEndian(bytes, at, 4, bytes.length)
    if ((magic & ~0xf) >>> 0 === SKIPPABLE_MAGIC) {
      at += 8 + littleEndian(bytes, at + 4, 4, bytes.length)
      if (at > bytes.length) throw new DamagedStream('The stream is cut off.')
      continue
    }
    if (magic !== MAGIC) throw damaged()
    const header = readHeader(bytes, at + 4)
    if (header.size !== null && header.size > maxBytes - out.size) throw tooLarge('decompressed', maxBytes)
    const frame = new FrameReader(bytes, literals, out)
    const checksum = header.hasChecksum ? new Xxh64(out.size) : null
    costlyParts++
    at = header.end
    let isLast = false
    while (!isLast) {
      const block = frame.block(at)
      isLast = block.isLast
      at = block.end
      if (block.isCompressed) costlyParts++
      if (costlyParts > MAX_COSTLY_PARTS) throw new DamagedStream('The stream has too many small blocks.')
      checksum?.take(out.all, out.size)
      if (out.size >= turnAt || ++blocks % BLOCKS_A_TURN === 0) {
        turnAt = out.size + BYTES_A_TURN
        await setImmediate()
      }
    }
    if (header.size !== null && frame.size !== header.size) throw damaged()
    if (checksum !== null) {
      const told = littleEndian(bytes, at, 4, bytes.length)
      if (BigInt.asUintN(32, checksum.finish(out.all, out.size)) !== BigInt(told)) throw damaged()
      at += 4
    }
  }
  return out.all.subarray(0, out.size)
}

function readHeader(bytes: Buffer, start: number): FrameHeader {
  const flags = littleEndian(bytes, start, 1, bytes.length)
  const isSingleSegment = (flags & 0x20) !== 0
  if ((flags & 8) !== 0) throw damaged()
  // The window's size does not matter: everything is kept anyway.
  let at = start + (isSingleSegment ? 1 : 2)
  const idWidth = [0, 1, 2, 4][flags & 3] ?? 0
  if (littleEndian(bytes, at, idWidth, bytes.length) !== 0)
    throw new DamagedStream('The stream needs a dictionary.')
  at += idWidth
  const sizeWidth = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0
  const size =
    sizeWidth === 0 ? null : littleEndian(bytes, at, sizeWidth, bytes.length) + (sizeWidth === 2 ? 256 : 0)
  return { size, hasChecksum: (flags & 4) !== 0, end: at + sizeWidth }
}

/** Reads the blocks of one frame. */
class FrameReader {
  private readonly sequences = new Sequences()
  private readonly start: number

  constructor(
    private readonly bytes: Buffer,
    private readonly literals: Literals,
    private readonly out: Output,
  ) {
    literals.beginFrame()
    out.beginFrame()
    this.start = out.size
  }

  get size(): number {
    return this.out.size - this.start
  }

  block(at: number): { isLast: boolean; isCompressed: boolean; end: number } {
    const { bytes, out } = this
    const header = littleEndian(bytes, at, 3, bytes.length)
    const type = (header >> 1) & 3
    const size = header >> 3
    const start = at + 3
    const end = start + (type === 1 ? 1 : size)
    if (type === 3 || size > MAX_BLOCK_BYTES) throw damaged()
    if (end > bytes.length) throw new DamagedStream('The stream is cut off.')
    out.beginBlock()
    if (type === 0) out.append(bytes, start, end)
    else if (type === 1) out.fill(bytes[start] as number, size)
    else this.sequences.run(bytes, this.literals.read(bytes, start, end), end, this.literals, out)
    return { isLast: (header & 1) === 1, isCompressed: type === 2, end }
  }
}
