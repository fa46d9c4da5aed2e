/**
 * Owns the quotas that an operator gives a client: records and bytes a second, as buckets that fill up again. A request
 * is taken while there is anything left and may then overdraw, so that none is ever too large to be taken; the next
 * one waits until the debt is paid.
 */
import type { Principal } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'

/** What a client may save up while it sends nothing. */
const BURST_SECONDS = 2
const MAX_RETRY_AFTER_S = 300

type Unit = 'records' | 'bytes'

interface Bucket {
  tokens: number
  atMs: number
}

export class KeyQuotas {
  private readonly buckets = new Map<string, Bucket>()

  /**
   * Lets a request of this client pass, or not; before its body is read.
   * @throws AppError `limited` (`quota_exceeded`) with the seconds until the next one is taken
   */
  admit(principal: Principal, nowMs: number): void {
    for (const [unit, rate, bucket] of this.bucketsOf(principal, nowMs)) {
      if (bucket.tokens > 0) continue
      const waitS = Math.max(1, Math.ceil((1 - bucket.tokens) / rate))
      throw new AppError(
        'limited',
        `This key may send ${rate.toLocaleString('en')} ${unit} a second and has sent more. Nothing of this request was stored; send it again later.`,
        {
          reason: 'quota_exceeded',
          retryAfterSeconds: Math.min(waitS, MAX_RETRY_AFTER_S),
          limit: rate,
        },
      )
    }
  }

  /** Takes what a request that was let in turned out to hold. */
  spend(principal: Principal, spent: Readonly<Record<Unit, number>>, nowMs: number): void {
    for (const [unit, , bucket] of this.bucketsOf(principal, nowMs)) bucket.tokens -= spent[unit]
  }

  private *bucketsOf(principal: Principal, nowMs: number): Generator<readonly [Unit, number, Bucket]> {
    const quota = principal.kind === 'key' ? principal.quota : undefined
    if (principal.kind !== 'key' || quota === undefined) return
    const client = principal.clientId ?? principal.keyId
    if (quota.recordsPerSecond !== null)
      yield ['records', quota.recordsPerSecond, this.fill(`${client} records`, quota.recordsPerSecond, nowMs)]
    if (quota.bytesPerSecond !== null)
      yield ['bytes', quota.bytesPerSecond, this.fill(`${client} bytes`, quota.bytesPerSecond, nowMs)]
  }

  private fill(name: string, rate: number, nowMs: number): Bucket {
    const most = Math.max(1, rate * BURST_SECONDS)
    let bucket = this.buckets.get(name)
    if (bucket === undefined) {
      bucket = { tokens: most, atMs: nowMs }
      this.buckets.set(name, bucket)
    }
    const elapsedS = Math.max(0, nowMs - bucket.atMs) / 1_000
    bucket.tokens = Math.min(most, bucket.tokens + elapsedS * rate)
    bucket.atMs = nowMs
    return bucket
  }
}
