/** Owns where halves of predictions wait in the log for their other half: under a name that no model can have. */

/** Names of models hold no slash, so nobody can send records under this one, and nobody asks for it. */
export const WAITING_MODEL = 'pairs/waiting'
export const WAITING_VERSION = '1'

/** How long a half waits before it is taken for all there is. */
export const PAIR_TIMEOUT_MS = 5 * 60_000
