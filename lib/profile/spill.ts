/** Owns a temporary file of floats kept by column: what does not fit in memory while a profile is made. */
import { type FileHandle, open, rm } from 'node:fs/promises'

/** Floats of one column that are written at once. */
const BLOCK_ROWS = 4_096
const FLOAT_BYTES = 8

interface SpilledColumn {
  buffer: Float64Array
  used: number
  rows: number
  readonly blocks: { offset: number; rows: number }[]
}

export class Spill {
  private end = 0
  private readonly columns: SpilledColumn[] = []

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** @param path of a file that does not exist yet */
  static async create(path: string): Promise<Spill> {
    return new Spill(path, await open(path, 'wx+'))
  }

  /** Number of floats of a column. */
  rowsOf(column: number): number {
    return this.columns[column]?.rows ?? 0
  }

  /** Appends floats to a column. */
  async append(column: number, floats: Float64Array): Promise<void> {
    const target = this.columnAt(column)
    let taken = 0
    while (taken < floats.length) {
      const room = BLOCK_ROWS - target.used
      const part = floats.subarray(taken, taken + room)
      target.buffer.set(part, target.used)
      target.used += part.length
      target.rows += part.length
      taken += part.length
      if (target.used === BLOCK_ROWS) await this.flush(target)
    }
  }

  /** All floats of a column, in order. */
  async read(column: number): Promise<Float64Array> {
    const target = this.columnAt(column)
    const all = new Float64Array(target.rows)
    const bytes = new Uint8Array(all.buffer)
    let at = 0
    for (const block of target.blocks) {
      const length = block.rows * FLOAT_BYTES
      await this.file.read(bytes, at * FLOAT_BYTES, length, block.offset)
      at += block.rows
    }
    all.set(target.buffer.subarray(0, target.used), at)
    return all
  }

  /** Forgets a column's floats, to be written again. */
  reset(column: number): void {
    delete this.columns[column]
  }

  async dispose(): Promise<void> {
    await this.file.close()
    await rm(this.path, { force: true })
  }

  private columnAt(column: number): SpilledColumn {
    let target = this.columns[column]
    if (!target) {
      target = { buffer: new Float64Array(BLOCK_ROWS), used: 0, rows: 0, blocks: [] }
      this.columns[column] = target
    }
    return target
  }

  private async flush(target: SpilledColumn): Promise<void> {
    const bytes = new Uint8Array(target.buffer.buffer, 0, target.used * FLOAT_BYTES)
    await this.file.write(bytes, 0, bytes.length, this.end)
    target.blocks.push({ offset: this.end, rows: target.used })
    this.end += bytes.length
    target.used = 0
  }
}
