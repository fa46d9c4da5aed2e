/** Owns what the server and the renderer say to each other over IPC. */
import * as z from 'zod'

/** From the renderer: it can be asked at this socket. */
const ListeningSchema = z.object({ kind: z.literal('listening'), socket: z.string() })
export type RendererListening = z.infer<typeof ListeningSchema>

/** Where they listen, or null for another message. */
export function socketOf(message: unknown): string | null {
  const parsed = ListeningSchema.safeParse(message)
  return parsed.success ? parsed.data.socket : null
}

/** To the renderer: say again where you listen, if you live. */
export const WHERE = { kind: 'where' } as const

const WhereSchema = z.object({ kind: z.literal('where') })

export const isWhere = (message: unknown): boolean => WhereSchema.safeParse(message).success

/** The renderer says so often that it lives. */
export const RENDERER_BEAT_MS = 2_000
/** Without a sign of life for this long it is looked whether the system says that it runs, or wants to. */
export const RENDERER_OVERDUE_MS = 2 * RENDERER_BEAT_MS
/**
 * At so many looks in a row, a second apart, it neither ran nor wanted to: it is stopped, or waits for what never comes.
 * Together longer than a statement may wait for a lock (five seconds), the one thing that keeps a renderer that lives so still.
 */
export const RENDERER_STILL_LOOKS = 5
/**
 * A question to the stores cannot be ended from outside: what is silent for this long is ended with its process. It may
 * only be slow: on a busy machine, three seconds of work take a minute.
 */
export const RENDERER_HUNG_MS = 60_000
