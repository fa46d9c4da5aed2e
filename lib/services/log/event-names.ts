/** Owns which names of events each model has: few enough for a chart and a rule each. Kept in the metadata. */
import type { Context } from '@/lib/access/context'
import { isKnownEvent, MAX_CUSTOM_EVENTS } from '@/lib/domain/model-event'
import { type Fault, REFUSAL_CODES } from '@/lib/ingest/fault'
import { eventNamesSetting } from '@/lib/queries/event-names'

/** What the process that takes events knows, by its metadata store, then by model. */
const books = new WeakMap<object, Map<string, Set<string>>>()

/**
 * Admits names of events of one model, and remembers those that are new before anything of them is stored.
 * @returns why a name cannot be taken, by name
 */
export async function admitEventNames(
  ctx: Context,
  model: string,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Fault>> {
  const refused = new Map<string, Fault>()
  const custom = [...names].filter((name) => !isKnownEvent(name))
  if (custom.length === 0) return refused
  const known = await knownNames(ctx, model)
  const before = known.size
  for (const name of custom) {
    if (known.has(name)) continue
    if (known.size >= MAX_CUSTOM_EVENTS) refused.set(name, tooMany(known))
    else known.add(name)
  }
  // Written again whenever it grew: a name without an event does no harm, an event without a name would not be seen.
  if (known.size > before) {
    try {
      await ctx.metadata.setSetting(eventNamesSetting(model), JSON.stringify([...known]))
    } catch (error) {
      books.get(ctx.metadata)?.delete(model)
      throw error
    }
  }
  return refused
}

async function knownNames(ctx: Context, model: string): Promise<Set<string>> {
  const book = books.get(ctx.metadata) ?? new Map<string, Set<string>>()
  books.set(ctx.metadata, book)
  const known = book.get(model)
  if (known !== undefined) return known
  const saved = await ctx.metadata.getSetting(eventNamesSetting(model))
  // Another request may have been faster: there is one set a model.
  const made = book.get(model) ?? new Set(saved === null ? [] : (JSON.parse(saved) as string[]))
  book.set(model, made)
  return made
}

function tooMany(known: ReadonlySet<string>): Fault {
  const message = `${REFUSAL_CODES.too_many_events} (${MAX_CUSTOM_EVENTS} beside click, redo and switch_mode: ${[...known].sort().join(', ')})`
  return { code: 'too_many_events', field: 'event', message }
}
