/**
 * Owns making objects that mostly have the keys of one before. V8 keeps an object that is given more than a dozen keys
 * one by one as a table, which is slow to walk and to write; a copy of an object that was parsed whole is none.
 */
import { type JsonObject, type JsonValue, setOwn } from '@/lib/ingest/json-value'

/** Up to so many keys it makes no difference. */
const FEW_KEYS = 12

interface Model {
  readonly keys: readonly string[]
  readonly object: JsonObject
}

export class LikeObjects {
  /** By their number of keys. */
  private readonly models = new Map<number, Model>()

  /** The object with these keys and values; of a key that stands twice the last one counts. */
  make(keys: readonly string[], values: readonly JsonValue[]): JsonObject {
    const object = keys.length > FEW_KEYS ? { ...this.modelOf(keys) } : {}
    for (let i = 0; i < keys.length; i++) setOwn(object, keys[i] as string, values[i] as JsonValue)
    return object
  }

  private modelOf(keys: readonly string[]): JsonObject {
    const known = this.models.get(keys.length)
    if (known !== undefined && hasSame(keys, known.keys)) return known.object
    const text = `{${keys.map((key) => `${JSON.stringify(key)}:null`).join(',')}}`
    const object = JSON.parse(text) as JsonObject
    this.models.set(keys.length, { keys, object })
    return object
  }
}

/** Both of one length. */
function hasSame(keys: readonly string[], others: readonly string[]): boolean {
  for (let i = 0; i < keys.length; i++) if (keys[i] !== others[i]) return false
  return true
}
