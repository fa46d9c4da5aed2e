/** Owns the type of parsed JSON and the few careful reads on it; a key may be `__proto__`, so only own keys count. */

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }
export type JsonObject = { [key: string]: JsonValue }

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value under an own key, else undefined. */
export function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** Sets an own key whatever its name: plain assignment to `__proto__` would change the prototype instead. */
export function setOwn<T>(object: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
  else object[key] = value
}

/** JSON.parse, or undefined for text that is not JSON. */
export function parseAny(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

/** JSON.parse as a JsonObject, or undefined for text that is not an object. */
export function parseObject(text: string): JsonObject | undefined {
  const value = parseAny(text)
  return isObject(value) ? value : undefined
}
