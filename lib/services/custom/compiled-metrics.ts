/** Owns the compiled definitions of each model, remembered until any definition changes. */
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { Context } from '@/lib/access/context'
import { type CustomMetric, readsEvents } from '@/lib/domain/custom-metric'
import { type CompiledMetric, compileMetric } from '@/lib/expression/compile-metric'

export interface CompiledCustom {
  readonly metric: CustomMetric
  readonly compiled: CompiledMetric
  /** Names of the events that it reads. */
  readonly events: readonly string[]
}

interface Memory {
  stamp: number
  readonly byModel: Map<number, readonly CompiledCustom[]>
}

const memories = new WeakMap<MetadataStore, Memory>()

/** Whether any model has definitions at all: one small question a step. */
export async function hasCustomMetrics(ctx: Context): Promise<boolean> {
  return (await ctx.metadata.customStamp()) > 0
}

/** The definitions of a model that hold. One that cannot be compiled is left out and logged: the others go on. */
export async function customsOf(ctx: Context, modelId: number): Promise<readonly CompiledCustom[]> {
  const stamp = await ctx.metadata.customStamp()
  if (stamp === 0) return []
  let memory = memories.get(ctx.metadata)
  if (memory?.stamp !== stamp) {
    memory = { stamp, byModel: new Map() }
    memories.set(ctx.metadata, memory)
  }
  const known = memory.byModel.get(modelId)
  if (known) return known
  const made = (await ctx.metadata.listCustomMetrics(modelId)).flatMap((metric) => compile(ctx, metric))
  memory.byModel.set(modelId, made)
  return made
}

function compile(ctx: Context, metric: CustomMetric): CompiledCustom[] {
  try {
    const compiled = compileMetric(metric.expression, new Map(Object.entries(metric.fields)))
    return [{ metric, compiled, events: readsEvents(compiled.fields) ? eventsOf(compiled) : [] }]
  } catch (error) {
    ctx.logger.warn({ err: error, metric: metric.name }, 'a custom metric cannot be computed')
    return []
  }
}

function eventsOf({ keys }: CompiledMetric): string[] {
  return keys.flatMap((key) => (key.startsWith('event:') ? key.slice('event:'.length) : []))
}
