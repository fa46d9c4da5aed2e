/** Owns the names of models' features in the order of their active profiles, kept in memory for a moment. */
import type { Context } from '@/lib/access/context'
import { oncePer } from '@/lib/domain/once-per'

/** A new profile is seen after this long at the latest. */
const KEPT_MS = 10_000
const MAX_KEPT = 1_000

interface Kept {
  readonly names: readonly string[] | null
  readonly readMs: number
}

/** What one process knows of the names of features. */
class FeatureNameBook {
  private readonly kept = new Map<string, Kept>()

  find(key: string, nowMs: number): Kept | null {
    const kept = this.kept.get(key)
    return kept !== undefined && Math.abs(nowMs - kept.readMs) < KEPT_MS ? kept : null
  }

  keep(key: string, kept: Kept): void {
    if (this.kept.size >= MAX_KEPT) this.kept.clear()
    this.kept.set(key, kept)
  }
}

/**
 * The names that one request asks for. It is answered from memory, because whoever reads a body cannot wait; what is
 * not there is noted, and there after `load`.
 */
export class FeatureNameQuestions {
  private missing: Map<string, readonly [model: string, version: string]> | null = null

  constructor(
    private readonly book: FeatureNameBook,
    private readonly nowMs: number,
  ) {}

  /** Names of the features of a version in order; null where it has no active profile, or it was not loaded yet. */
  readonly get = (model: string, version: string): readonly string[] | null => {
    const key = keyOf(model, version)
    const kept = this.book.find(key, this.nowMs)
    if (kept === null) {
      this.missing ??= new Map()
      this.missing.set(key, [model, version])
    }
    return kept?.names ?? null
  }

  /** Whether anything was asked for that was not there. */
  get isAnyMissing(): boolean {
    return this.missing !== null
  }

  /** Reads what was asked for and not there. @returns whether there was anything */
  async load(ctx: Pick<Context, 'metadata'>): Promise<boolean> {
    if (this.missing === null) return false
    for (const [key, [model, version]] of this.missing)
      this.book.keep(key, { names: await readNames(ctx, model, version), readMs: this.nowMs })
    this.missing = null
    return true
  }
}

const keyOf = (model: string, version: string) => `${model}\n${version}`

async function readNames(
  { metadata }: Pick<Context, 'metadata'>,
  modelName: string,
  versionName: string,
): Promise<readonly string[] | null> {
  const model = await metadata.findModel(modelName)
  const version = model && (await metadata.findVersion(model.id, versionName))
  const stored = version?.profileId ? await metadata.findProfile(version.profileId) : null
  if (!stored) return null
  return stored.profile.columns.filter(({ role }) => role === 'feature').map(({ name }) => name)
}

const bookOf = oncePer((_metadata: object) => new FeatureNameBook())

/** What a request may ask about the names of features. */
export function askFeatureNames(ctx: Pick<Context, 'metadata' | 'nowMs'>): FeatureNameQuestions {
  return new FeatureNameQuestions(bookOf(ctx.metadata), ctx.nowMs)
}
