/** Owns the treatments of a value: keyed hash, redaction, coarsening; each reaches every plain value inside. */
import { createHmac } from 'node:crypto'
import { REDACTED, type Treatment } from '@/lib/domain/field-rule'
import type { JsonValue } from '@/lib/ingest/json-value'
import { coarsenPlain } from '@/lib/ingest/mapping/coarsen'
import { type Change, changeLeaves } from '@/lib/ingest/mapping/edit-fields'

/** 128 bits: no two values of a model meet by chance. */
const HASH_BYTES = 16
export const HASH_PREFIX = 'hmac:'

/**
 * The change that a treatment makes; null for those that change nothing. Null stays null: that nothing came is no secret.
 * @param key of the instance; without one, values are redacted instead of hashed
 */
export function changeOf(treatment: Treatment, key: Uint8Array | null): Change | null {
  switch (treatment) {
    case 'keep':
      return null
    case 'drop':
      return () => undefined
    case 'redact':
      return redact
    case 'hash':
      return key === null
        ? redact
        : (value) => changeLeaves(value, (leaf) => (leaf === null ? null : hashValue(key, leaf)))
    case 'coarse':
      return (value) => changeLeaves(value, (leaf) => (typeof leaf === 'object' ? leaf : coarsenPlain(leaf)))
  }
}

const redact: Change = (value) => changeLeaves(value, (leaf) => (leaf === null ? null : REDACTED))

/** HMAC-SHA256 of the value as text, cut to 128 bits: the same value always has the same hash, 5 the same as "5". */
export function hashValue(key: Uint8Array, value: JsonValue): string {
  const digest = createHmac('sha256', key).update(String(value), 'utf8').digest()
  return HASH_PREFIX + digest.subarray(0, HASH_BYTES).toString('hex')
}
