/** Owns checking records against what their reference expects, before or instead of a prediction. Stores nothing of them. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import { UNVERSIONED } from '@/lib/domain/model'
import type { StoredProfile } from '@/lib/domain/profile'
import type { BatchRules, ParsedBatch } from '@/lib/ingest/parse-batch'
import { compileChecks, type RecordCheck } from '@/lib/profile/check-record'
import { requireQuota, spendQuota } from '@/lib/services/access/spend-quota'
import { type AppendRequest, parseRequest } from '@/lib/services/log/append-request'
import { type ActiveReferences, activeReferences } from '@/lib/services/models/mapping/active-references'
import { rulesInForce } from '@/lib/services/models/mapping/field-rules'
import { askFeatureNames } from '@/lib/services/profiles/feature-names'
import { countFindings } from '@/lib/services/validation/count-findings'
import type { ValidatedRecord } from '@/lib/services/validation/validated-record'

/** People wait for the answer: a request is no bulk load. */
export const MAX_VALIDATED_RECORDS = 1_000

/**
 * Checks every record of a request, in the forms that ingest takes, after the rules of its model.
 * @throws AppError `forbidden`, `limited`, `invalid` or `too_large` for a body that cannot be read, `not_found`
 *   (`no_profile`) when there is no active reference for any of its records
 */
export async function validateRecords(
  ctx: Context,
  request: Pick<AppendRequest, 'model' | 'text' | 'wire' | 'read'>,
): Promise<ValidatedRecord[]> {
  requireScope(ctx.principal, 'ingest')
  requireQuota(ctx)
  const names = askFeatureNames(ctx)
  const rules: BatchRules = {
    kind: 'records',
    model: request.model,
    nowMs: ctx.nowMs,
    oldestMs: Number.NEGATIVE_INFINITY,
    maxFutureMs: ctx.limits.maxFutureMs,
    limits: { ...ctx.limits, maxRecords: Math.min(ctx.limits.maxRecords, MAX_VALIDATED_RECORDS) },
    fieldRules: await rulesInForce(ctx),
    featureNames: names.get,
    idPrefix: () => '~',
  }
  const parsed = await parseRequest(request, rules)
  const batch = (await names.load(ctx)) ? await parseRequest(request, rules) : parsed
  spendQuota(ctx, batch.total, request.wire.length)
  const references = await referencesOf(ctx, batch, request.model)
  const results = [...checkedIn(batch, references), ...refusedIn(batch, references)]
  if (results.length > 0 && results.every(({ version }) => version === null)) {
    throw new AppError(
      'not_found',
      'There is no active reference profile to check against: activate one for this model and version first.',
      { reason: 'no_profile' },
    )
  }
  countFindings(ctx, results, references)
  return results.sort((a, b) => a.index - b.index)
}

type References = ReadonlyMap<string, ActiveReferences>

async function referencesOf(ctx: Context, batch: ParsedBatch, pathModel: string | null): Promise<References> {
  const names = new Set(batch.groups.map(({ model }) => model))
  for (const { model } of batch.refusals) if (model !== null) names.add(model)
  if (pathModel !== null) names.add(pathModel)
  const references = new Map<string, ActiveReferences>()
  for (const name of names) {
    const found = await activeReferences(ctx, name)
    if (found !== null) references.set(name, found)
  }
  return references
}

function* checkedIn(batch: ParsedBatch, references: References): Generator<ValidatedRecord> {
  for (const group of batch.groups) {
    const ofModel = references.get(group.model)
    const reference = ofModel && referenceFor(ofModel, group.version)
    const check = reference && checkOf(reference.stored)
    const mode = ofModel?.settings.validation ?? null
    for (let i = 0; i < group.records.length; i++) {
      const record = group.records[i]
      if (record === undefined) continue
      const findings = check?.(record) ?? []
      const isFine = findings.every(({ severity }) => severity === 'note')
      yield {
        index: group.indexes[i] ?? i,
        predictionId: record.id === `~#${group.indexes[i]}` ? null : record.id,
        model: group.model,
        version: reference?.version ?? null,
        mode,
        accepted: isFine || mode === 'log_only',
        findings,
      }
    }
  }
}

/** Records that ingest would refuse are refused here for the same reason. */
function* refusedIn(batch: ParsedBatch, references: References): Generator<ValidatedRecord> {
  for (const { index, code, field, message, predictionId, model } of batch.refusals) {
    const ofModel = model === null ? undefined : references.get(model)
    const mode = ofModel?.settings.validation ?? null
    const expected = 'a record that can be read'
    yield {
      index,
      predictionId,
      model,
      version: ofModel ? (newestOf(ofModel)?.version ?? null) : null,
      mode,
      accepted: mode === 'log_only',
      findings: [{ field: field ?? '', code, expected, got: null, message, severity: 'fault' }],
    }
  }
}

interface Reference {
  readonly version: string
  readonly stored: StoredProfile
}

/** Of the version that a record names; of the newest one where it names none. */
function referenceFor(references: ActiveReferences, version: string): Reference | undefined {
  const stored = references.byVersion.get(version)
  if (stored) return { version, stored }
  return version === UNVERSIONED ? newestOf(references) : undefined
}

function newestOf({ byVersion }: ActiveReferences): Reference | undefined {
  const last = [...byVersion].at(-1)
  return last && { version: last[0], stored: last[1] }
}

const checks = new WeakMap<object, RecordCheck>()

function checkOf({ profile }: StoredProfile): RecordCheck {
  // The list of columns is the same object as long as the profile is held.
  let check = checks.get(profile.columns)
  if (check === undefined) {
    check = compileChecks(profile)
    checks.set(profile.columns, check)
  }
  return check
}
