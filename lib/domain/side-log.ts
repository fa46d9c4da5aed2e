/** Owns under which names the log keeps what is sent beside predictions: names that no model can have. */

/** What is sent beside predictions: what users did with them, and what the service used. */
export const SIDE_KINDS = ['events', 'resources'] as const
export type SideKind = (typeof SIDE_KINDS)[number]

/** Under which version of such a name events stand: they follow the version of their prediction. */
export const EVENTS_VERSION = '1'

/** The name in the log; names of models hold no slash, so nobody can send records under it, and nobody asks for it. */
export function sideName(kind: SideKind, model: string): string {
  return `${kind}/${model}`
}

/** The model that a name of the log speaks of, or null for a name that is a model's own. */
export function readSideName(name: string): { readonly kind: SideKind; readonly model: string } | null {
  const kind = SIDE_KINDS.find((candidate) => name.startsWith(`${candidate}/`))
  return kind === undefined ? null : { kind, model: name.slice(kind.length + 1) }
}
