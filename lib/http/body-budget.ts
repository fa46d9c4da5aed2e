/**
 * Owns what the process takes on at once: bytes of request bodies, and how long those that have arrived wait to be done.
 * Above either limit requests are turned away early, instead of all being answered late.
 */
import { AppError } from '@/lib/domain/errors'

/** Short: the budget frees itself as fast as bodies are handled. */
const RETRY_AFTER_S = 2

/**
 * How long a body that has arrived may have to wait for those before it, by what the last ones took, or by how long the
 * first one is waiting already. While the thread is busy, requests wait as long again before they are seen: answers
 * stay below two seconds.
 */
const LONGEST_WAIT_MS = 700
/** Few bodies, and small ones, are no line, however slow the machine is at the moment. */
const ALWAYS_WAITING = 4
const ALWAYS_WAITING_BYTES = 1024 * 1024
/** What smaller ones take says nothing of large ones. */
const LARGE_BYTES = 64 * 1024
/** How much of what was measured still counts after the next body: about the last twenty count. */
const REMEMBERED = 0.95

export class BodyBudget {
  private held = 0
  /** Bodies that have arrived and are not done: since when. The first has waited longest. */
  private readonly waiting = new Map<object, number>()
  private waitingBytes = 0
  /** Of the last large bodies: how much they were, and how long the line took for them. */
  private doneBytes = 0
  private doneMs = 0
  private lastDoneMs = 0

  /** @param now a clock in milliseconds that never goes back */
  constructor(
    private readonly maxBytes: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** A claim on the budget that grows as bytes arrive, to be released whatever happens. */
  open(): BudgetClaim {
    return new Claim(this)
  }

  /** @throws AppError `unavailable` (`overloaded`) when others hold too much */
  take(bytes: number, own: number): void {
    if (this.held + bytes > this.maxBytes && this.held > own) throw overloaded()
    this.held += bytes
  }

  /** @throws AppError `unavailable` (`overloaded`) when the line is too long */
  queue(claim: object, bytes: number): void {
    const now = this.now()
    if (this.isLineFull(now, bytes)) throw overloaded()
    this.waiting.set(claim, now)
    this.waitingBytes += bytes
  }

  /** @param arrivedBytes of `bytes`, those that stood in the line */
  free(claim: object, bytes: number, arrivedBytes: number): void {
    this.held -= bytes
    const since = this.waiting.get(claim)
    if (since === undefined) return
    this.waiting.delete(claim)
    this.waitingBytes -= arrivedBytes
    if (arrivedBytes >= LARGE_BYTES) this.measure(since, arrivedBytes)
  }

  private isLineFull(now: number, bytes: number): boolean {
    const ahead = this.waitingBytes + bytes
    if (this.waiting.size < ALWAYS_WAITING || ahead < ALWAYS_WAITING_BYTES) return false
    if (ahead * this.doneMs > LONGEST_WAIT_MS * this.doneBytes) return true
    for (const since of this.waiting.values()) return now - since > LONGEST_WAIT_MS
    return false
  }

  /** One after another: a body takes the time since the one before it was done, or since it came. */
  private measure(since: number, bytes: number): void {
    const now = this.now()
    this.doneMs = this.doneMs * REMEMBERED + now - Math.max(since, this.lastDoneMs)
    this.doneBytes = this.doneBytes * REMEMBERED + bytes
    this.lastDoneMs = now
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.held
  }
}

/** What one body holds of the budget. A class, for functions of its own would be made anew for each small request. */
class Claim implements BudgetClaim {
  private claimed = 0
  private arrivedBytes = 0

  constructor(private readonly budget: BodyBudget) {}

  add(bytes: number): void {
    this.budget.take(bytes, this.claimed)
    this.claimed += bytes
  }

  arrived(): void {
    this.budget.queue(this, this.claimed)
    this.arrivedBytes = this.claimed
  }

  release(): void {
    this.budget.free(this, this.claimed, this.arrivedBytes)
    this.claimed = 0
  }
}

export interface BudgetClaim {
  /** @throws AppError `unavailable` (reason `overloaded`) when others hold too much; a request alone is never turned away */
  add(bytes: number): void
  /**
   * The body is here: from now on it waits to be done.
   * @throws AppError `unavailable` (reason `overloaded`) when those before it have waited too long already
   */
  arrived(): void
  release(): void
}

function overloaded(): AppError {
  return new AppError('unavailable', 'More is being sent than can be taken right now. Try again shortly.', {
    reason: 'overloaded',
    retryAfterSeconds: RETRY_AFTER_S,
  })
}

const budgets = new WeakMap<object, BodyBudget>()

/** The budget of an instance, made on first use. */
export function budgetOf(owner: object, maxBytes: number): BodyBudget {
  let budget = budgets.get(owner)
  if (!budget) {
    budget = new BodyBudget(maxBytes)
    budgets.set(owner, budget)
  }
  return budget
}
