/** Owns what the disk itself costs: small writes that are synced one by one while nothing else runs. */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a commit of a few requests writes. */
const BYTES = 16 * 1024
/** Written over and over, as a write-ahead log is. */
const BLOCKS = 256

/** @returns milliseconds of each write with its sync, at about so many a second, in a file of its own in `dir` */
export async function bareSyncs(dir: string, perSecond: number, seconds: number): Promise<number[]> {
  const path = join(dir, 'bare-syncs.bin')
  const file = openSync(path, 'w')
  try {
    const block = Buffer.alloc(BYTES, 1)
    for (let i = 0; i < BLOCKS; i++) writeSync(file, block)
    fsyncSync(file)
    const tookMs: number[] = []
    const endMs = performance.now() + seconds * 1_000
    for (let i = 0; performance.now() < endMs; i++) {
      const beganMs = performance.now()
      writeSync(file, block, 0, BYTES, (i % BLOCKS) * BYTES)
      fsyncSync(file)
      tookMs.push(performance.now() - beganMs)
      await sleep(1_000 / perSecond)
    }
    return tookMs
  } finally {
    closeSync(file)
    rmSync(path)
  }
}
