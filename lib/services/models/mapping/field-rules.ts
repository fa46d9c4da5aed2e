/**
 * Owns the rules in force of all models, compiled and held in memory. Every process looks at most twice a second
 * whether they changed; while no model has rules, requests pass without one.
 */
import { hkdfSync } from 'node:crypto'
import type { StoredFieldRules } from '@/db/contracts/rule-records'
import type { Context } from '@/lib/access/context'
import { columnKey } from '@/lib/domain/column'
import type { FieldRule } from '@/lib/domain/field-rule'
import { oncePer } from '@/lib/domain/once-per'
import type { ColumnProfile } from '@/lib/domain/profile'
import { createCoarsen } from '@/lib/ingest/mapping/coarsen'
import { type CoarsenOf, type CompiledRules, compileRules } from '@/lib/ingest/mapping/compile-rules'
import type { RuleBook } from '@/lib/ingest/mapping/rule-book'
import {
  type ActiveReferences,
  activeReferences,
  FRESH_MS,
} from '@/lib/services/models/mapping/active-references'

interface Held {
  checkedMs: number
  stamp: number
  stored: readonly StoredFieldRules[]
  book: RuleBook | undefined
}

const held = new WeakMap<object, Held>()

/**
 * The rules as they stand now; undefined while no model has any. At once where they were read a moment ago.
 * @throws whatever the store throws where rules were never read: without them nothing may be written
 */
export function rulesInForce(ctx: Context): RuleBook | undefined | Promise<RuleBook | undefined> {
  const known = held.get(ctx.metadata)
  return known !== undefined && Math.abs(ctx.nowMs - known.checkedMs) < FRESH_MS
    ? known.book
    : readRules(ctx, known)
}

async function readRules(ctx: Context, known: Held | undefined): Promise<RuleBook | undefined> {
  const stamp = await ctx.metadata.fieldRulesStamp()
  const stored = known?.stamp === stamp ? known.stored : await ctx.metadata.currentFieldRules()
  // References change by themselves, so a book with coarse fields is put together again; the others stay.
  const isSame = known?.stamp === stamp && !stored.some(hasCoarse)
  const book = isSame ? known.book : await makeBook(ctx, stored)
  held.set(ctx.metadata, { checkedMs: ctx.nowMs, stamp, stored, book })
  return book
}

/** Lets go of the rules, after a change made here: the next request reads them anew. */
export function forgetFieldRules(metadata: object): void {
  held.delete(metadata)
}

/** Rules of one model, ready to be applied; for previews and for records that are taken later. */
export async function compileFor(
  ctx: Context,
  model: string,
  rules: readonly FieldRule[],
  options: { readonly revision: number; readonly hashed?: ReadonlySet<string> },
): Promise<CompiledRules> {
  const references = rules.some(({ treatment }) => treatment === 'coarse')
    ? await activeReferences(ctx, model)
    : null
  return compileRules(rules, {
    ...options,
    key: ctx.secretKey ? hashKeyOf(ctx.secretKey) : null,
    coarsenOf: coarsenBy(references),
  })
}

const hasCoarse = ({ rules }: StoredFieldRules) => rules.some(({ treatment }) => treatment === 'coarse')

async function makeBook(ctx: Context, stored: readonly StoredFieldRules[]): Promise<RuleBook | undefined> {
  if (stored.length === 0) return undefined
  const compiled = new Map<string, CompiledRules>()
  for (const { model, rules, revision } of stored)
    compiled.set(model, await compileFor(ctx, model, rules, { revision }))
  return {
    of: (model) => compiled.get(model) ?? null,
    isAnyPrivate: [...compiled.values()].some(({ isPrivate }) => isPrivate),
  }
}

/** A key of its own, so that what hashes tell never bears on what seals secrets. */
const hashKeyOf = oncePer(
  (secretKey: Uint8Array) =>
    new Uint8Array(hkdfSync('sha256', secretKey, new Uint8Array(), 'plumbline field hashes', 32)),
)

const coarsenOf = oncePer((column: ColumnProfile) => createCoarsen(column))

/** By the reference of each version; a version without one is not known here. */
function coarsenBy(references: ActiveReferences | null): CoarsenOf {
  const columns = new Map<string, Map<string, ColumnProfile>>()
  for (const [version, { profile }] of references?.byVersion ?? [])
    columns.set(version, new Map(profile.columns.map((column) => [columnKey(column), column])))
  return (version, feature) => {
    const column = columns.get(version)?.get(columnKey({ family: 'input', name: feature }))
    return column && coarsenOf(column)
  }
}
