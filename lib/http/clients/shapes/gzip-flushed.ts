/** Owns gzip as it comes from a writer that is flushed after each part: blocks that end on whole bytes. For tests only. */
import { constants, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib'

/** What Go's gzip writer gives when `Flush` is called after each part. */
export function gzipFlushed(parts: readonly string[]): Buffer {
  const whole = gzipSync(parts.join(''))
  const header = whole.subarray(0, 10)
  const trailer = whole.subarray(-8)
  const blocks = parts.map((part) => deflateRawSync(part, { finishFlush: constants.Z_SYNC_FLUSH }))
  const end = deflateRawSync('')
  const packed = Buffer.concat([header, ...blocks, end, trailer])
  if (gunzipSync(packed).toString() !== parts.join('')) throw new Error('The parts were not packed well.')
  return packed
}
