/**
 * Owns the halves of predictions that wait for their other half: in memory for those who look for one, and in the log,
 * so that what was acknowledged outlives the process. Only the process that owns the log has a book.
 */
import { createHmac, hkdfSync } from 'node:crypto'
import type { LogPosition } from '@/db/contracts/log-store'
import type { Context } from '@/lib/access/context'
import type { PredictionRecord } from '@/lib/domain/record'
import { PAIR_TIMEOUT_MS, WAITING_MODEL, WAITING_VERSION } from '@/lib/domain/waiting-half'
import type { Half, PairMeeting } from '@/lib/ingest/formats/pairs'
import { seal, unseal } from '@/lib/services/notifications/channel-secrets'

/** A half with when it came. */
export interface WaitingHalf {
  readonly half: Half
  readonly receivedMs: number
  readonly size: number
}

/** Two halves that were found in the log together: their record is made now. */
export type FoundPair = readonly [WaitingHalf, WaitingHalf]

/** Name of the setting that says up to where in the log nothing waits any more. */
const POSITION_SETTING = 'pairs.position'
const RECORDS_A_READ = 2_000
/** Beyond these the oldest are taken for all there is before their time. */
const MAX_WAITING = 100_000
const MAX_WAITING_CHARACTERS = 48 * 1024 * 1024
/** Longer than any append takes: what was found to be its other half is in the log by then. */
const SETTLED_AFTER_MS = PAIR_TIMEOUT_MS + 60_000
const MARK_EVERY_MS = 30_000

export class PairBook {
  private readonly waiting = new Map<string, WaitingHalf>()
  private found: FoundPair[] = []
  private characters = 0
  private marks: { readonly atMs: number; readonly position: LogPosition }[] = []
  private loaded: Promise<void> | null = null

  /** Reads what waited when the process ended. Must be awaited before anything else. */
  load(ctx: Context): Promise<void> {
    this.loaded ??= this.read(ctx).catch((error: unknown) => {
      this.loaded = null
      throw error
    })
    return this.loaded
  }

  private async read(ctx: Context): Promise<void> {
    const head = await ctx.log.head()
    const saved = await ctx.metadata.getSetting(POSITION_SETTING)
    let position = saved === null ? null : (JSON.parse(saved) as LogPosition)
    while (head !== null) {
      const blocks = await ctx.log.readRecordsOf(
        WAITING_MODEL,
        WAITING_VERSION,
        position,
        head,
        RECORDS_A_READ,
      )
      if (blocks.length === 0) return
      for (const { receivedMs, records } of blocks)
        for (const record of records) this.enter(ctx, record, receivedMs)
      position = blocks.at(-1)?.position ?? null
    }
  }

  private enter(ctx: Context, { f }: PredictionRecord, receivedMs: number): void {
    let text: string
    try {
      text = unseal(ctx, String(f.half))
    } catch {
      ctx.logger.warn({}, 'a half of a prediction was stored under another key and is lost')
      return
    }
    const entry = { half: JSON.parse(text) as Half, receivedMs, size: text.length }
    const other = this.meet(entry)
    if (other !== null) this.found.push([entry, other])
  }

  /** The other half, which waits no longer, or null: then this one waits. */
  meet(entry: WaitingHalf): WaitingHalf | null {
    const key = keyOf(entry.half)
    const other = this.waiting.get(key)
    if (other === undefined) this.put(entry)
    if (other === undefined || other.half.side === entry.half.side) return null
    this.remove(other)
    return other
  }

  /** Lets a half wait, unless one with its id does. */
  put(entry: WaitingHalf): void {
    const key = keyOf(entry.half)
    if (this.waiting.has(key)) return
    this.waiting.set(key, entry)
    this.characters += entry.size
  }

  remove(entry: WaitingHalf): void {
    const key = keyOf(entry.half)
    if (this.waiting.get(key) !== entry) return
    this.waiting.delete(key)
    this.characters -= entry.size
  }

  isWaiting(entry: WaitingHalf): boolean {
    return this.waiting.get(keyOf(entry.half)) === entry
  }

  get size(): number {
    return this.waiting.size
  }

  get isCrowded(): boolean {
    return this.waiting.size > MAX_WAITING || this.characters > MAX_WAITING_CHARACTERS
  }

  /** Takes out at most `limit` halves that have waited long enough, or are too many; and pairs that were found in the log. */
  takeDue(nowMs: number, limit: number): (WaitingHalf | FoundPair)[] {
    const due: (WaitingHalf | FoundPair)[] = this.found.splice(0, limit)
    for (const entry of this.waiting.values()) {
      if (due.length >= limit) break
      if (Math.abs(nowMs - entry.receivedMs) < PAIR_TIMEOUT_MS && !this.isCrowded) continue
      this.remove(entry)
      due.push(entry)
    }
    return due
  }

  /** Takes back what `takeDue` gave: it could not be stored. */
  giveBack(due: readonly (WaitingHalf | FoundPair)[]): void {
    for (const entry of due) {
      if ('half' in entry) this.put(entry)
      else this.found.push(entry)
    }
  }

  /** Remembers how far the log is settled, so that a new start need not read all of it. */
  async settle(ctx: Context): Promise<void> {
    const { nowMs } = ctx
    if (nowMs - (this.marks.at(-1)?.atMs ?? 0) >= MARK_EVERY_MS) {
      const position = await ctx.log.head()
      if (position !== null) this.marks.push({ atMs: nowMs, position })
    }
    if (this.found.length > 0) return
    let oldestMs = nowMs - SETTLED_AFTER_MS
    for (const { receivedMs } of this.waiting.values()) oldestMs = Math.min(oldestMs, receivedMs)
    const settled = this.marks.filter(({ atMs }) => atMs < oldestMs)
    const last = settled.at(-1)
    if (last === undefined) return
    await ctx.metadata.setSetting(POSITION_SETTING, JSON.stringify(last.position))
    this.marks = this.marks.slice(settled.length)
  }

  /** What one request brings. */
  begin(nowMs: number): PairSession {
    return new PairSession(this, nowMs)
  }
}

/** The halves of one request; taken back when it cannot be stored. */
export class PairSession implements PairMeeting {
  private held: WaitingHalf[] = []
  private taken: WaitingHalf[] = []

  constructor(
    private readonly book: PairBook,
    private readonly nowMs: number,
  ) {}

  readonly reset = (): void => {
    for (const entry of this.held) this.book.remove(entry)
    for (const entry of this.taken) this.book.put(entry)
    this.held = []
    this.taken = []
  }

  meet(half: Half): Half | null {
    const entry = { half, receivedMs: this.nowMs, size: JSON.stringify(half).length }
    const other = this.book.meet(entry)
    if (other === null) {
      if (this.book.isWaiting(entry)) this.held.push(entry)
      return null
    }
    // Both halves in one request: nothing of it was stored before.
    const index = this.held.indexOf(other)
    if (index >= 0) this.held.splice(index, 1)
    else this.taken.push(other)
    return other.half
  }

  /** Halves that did not make a pair. */
  get waiting(): number {
    return this.held.length
  }

  /** The halves that wait from now on, as records of the log: what they say is sealed, as rules for fields come later. */
  records(ctx: Context): PredictionRecord[] {
    if (this.held.length === 0) return []
    const idOf = idsUnder(ctx.secretKey)
    return this.held.map(({ half }) => ({
      id: idOf(half),
      at: this.nowMs,
      f: { half: seal(ctx, JSON.stringify(half)) },
    }))
  }
}

/** Ids that are the same whenever a half comes again, and tell nobody the id of its prediction: a rule may hide that. */
function idsUnder(secretKey: Context['secretKey']): (half: Half) => string {
  const textOf = ({ side, model, id }: Half) => JSON.stringify([side, model, id])
  if (!secretKey) return textOf
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'plumbline waiting halves', 32))
  return (half) => createHmac('sha256', key).update(textOf(half)).digest('base64url')
}

function keyOf({ model, id }: Half): string {
  // Names of models hold no line break.
  return `${model}\n${id}`
}

const books = new WeakMap<object, PairBook>()

/** The book of an instance, made on first use. */
export function pairBookOf(metadata: Context['metadata']): PairBook {
  let book = books.get(metadata)
  if (book === undefined) {
    book = new PairBook()
    books.set(metadata, book)
  }
  return book
}
