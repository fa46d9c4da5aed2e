/** Owns the noun event: something that happened to a prediction after it was made, such as a click. */

/** Events every model may have. */
export const KNOWN_EVENTS = ['click', 'redo', 'switch_mode'] as const

/** Names of its own that a model may have beside those: each is a line of a chart and a rule that judges. */
export const MAX_CUSTOM_EVENTS = 20
export const MAX_EVENT_NAME = 64

const KNOWN: ReadonlySet<string> = new Set(KNOWN_EVENTS)

export function isKnownEvent(event: string): boolean {
  return KNOWN.has(event)
}

/** How an event is called in its log: one of a name counts once for a prediction, however often it is sent. */
export function eventId(predictionId: string, event: string): string {
  // Neither holds a line break: control characters are refused in ids and names.
  return `${predictionId}\n${event}`
}

/** The inverse of eventId. */
export function readEventId(id: string): { readonly predictionId: string; readonly event: string } {
  const at = id.lastIndexOf('\n')
  return { predictionId: id.slice(0, at), event: id.slice(at + 1) }
}
