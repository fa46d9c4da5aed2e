/** Owns the question: what does a reference profile expect of each column? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import type { Version } from '@/lib/domain/model'
import type { ColumnProfile, Expectation, Profile, StoredProfile } from '@/lib/domain/profile'
import { coarseBins } from '@/lib/queries/coarse-bins'

export interface ProfileColumn {
  readonly key: string
  readonly family: ColumnProfile['family']
  readonly name: string
  readonly role: ColumnProfile['role']
  readonly type: ColumnProfile['type']
  readonly kind: ColumnProfile['kind']
  readonly missingShare: number
  readonly distinct: number
  readonly mean: number | null
  readonly deviation: number | null
  readonly min: number | null
  readonly max: number | null
  readonly median: number | null
  readonly topLabels: readonly { readonly label: string; readonly share: number }[]
  readonly expectations: readonly Expectation[]
  /** Shares on at most 40 bins. */
  readonly bins: {
    readonly edges?: readonly number[]
    readonly labels?: readonly string[]
    readonly shares: readonly number[]
  } | null
}

export interface ProfilePage {
  readonly id: number
  readonly revision: number
  readonly status: StoredProfile['status']
  readonly createdMs: number
  readonly activatedMs: number | null
  readonly source: Profile['source']
  readonly rows: number
  readonly timeSpan: Profile['timeSpan']
  readonly problem: Profile['problem']
  readonly positiveClass: string | null
  readonly quality: Profile['quality']
  readonly warnings: readonly string[]
  readonly columns: readonly ProfileColumn[]
}

/** @throws AppError `not_found` when the profile is not one of this version */
export async function getProfilePage(
  ctx: Context,
  version: Version,
  profileId: number,
): Promise<ProfilePage> {
  requireScope(ctx.principal, 'read')
  const stored = await ctx.metadata.findProfile(profileId)
  if (!stored || stored.versionId !== version.id) {
    throw new AppError('not_found', 'This version has no such profile.')
  }
  const { profile } = stored
  return {
    id: stored.id,
    revision: stored.revision,
    status: stored.status,
    createdMs: stored.createdMs,
    activatedMs: stored.activatedMs,
    source: profile.source,
    rows: profile.rows,
    timeSpan: profile.timeSpan,
    problem: profile.problem,
    positiveClass: profile.positiveClass,
    quality: profile.quality,
    warnings: profile.warnings,
    columns: profile.columns.map(toColumn),
  }
}

function toColumn(column: ColumnProfile): ProfileColumn {
  const { moments } = column
  const present = column.rows - column.missing
  return {
    key: `${column.family}:${column.name}`,
    family: column.family,
    name: column.name,
    role: column.role,
    type: column.type,
    kind: column.kind,
    missingShare: column.rows === 0 ? 0 : column.missing / column.rows,
    distinct: column.distinct,
    mean: moments && moments.n > 0 ? moments.mean : null,
    deviation: moments && moments.n > 0 ? Math.sqrt(moments.m2 / moments.n) : null,
    min: moments?.min ?? null,
    max: moments?.max ?? null,
    median: column.quantiles?.['0.5'] ?? null,
    topLabels: (column.categories ?? [])
      .slice(0, 5)
      .map(({ label, count }) => ({ label, share: present === 0 ? 0 : count / present })),
    expectations: column.expectations,
    bins: coarseBins(column),
  }
}
