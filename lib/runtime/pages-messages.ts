/** Owns what the server and the process of the pages say to each other over IPC. */
import * as z from 'zod'

/** From the pages: they can be asked at this socket. */
const ListeningSchema = z.object({ kind: z.literal('listening'), socket: z.string() })
export type PagesListening = z.infer<typeof ListeningSchema>

/** Where they listen, or null for another message. */
export function socketOf(message: unknown): string | null {
  const parsed = ListeningSchema.safeParse(message)
  return parsed.success ? parsed.data.socket : null
}

/** The pages say so often that they live. */
export const PAGES_BEAT_MS = 2_000
/** A question to the stores cannot be ended from outside: what is silent for this long is ended with its process. */
export const PAGES_HUNG_MS = 60_000
