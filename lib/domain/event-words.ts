/** Owns the words for events of predictions; pages, monitors and messages use the same. */

const WORDS: Readonly<Record<string, string>> = {
  click: 'records with a click',
  redo: 'records that were asked for again (redo)',
  switch_mode: 'records after which the mode was switched',
}

/** What the share of an event counts, lower case: `records with a click`. */
export function sayEvent(event: string): string {
  return Object.hasOwn(WORDS, event) ? (WORDS[event] ?? '') : `records with the event ${event}`
}
