/** Owns the blank column, profile and monitor that tests fill in: each test says only what it is about. */
import { DRIFT_POLICY, type Monitor } from '@/lib/domain/monitor'
import { type ColumnProfile, PROFILE_SCHEMA_VERSION, type Profile } from '@/lib/domain/profile'

/** A numeric feature of which nothing is known. */
export const BLANK_COLUMN: ColumnProfile = {
  family: 'input',
  name: 'x',
  role: 'feature',
  type: 'number',
  kind: 'numeric',
  rows: 0,
  missing: 0,
  distinct: 0,
  moments: null,
  quantiles: null,
  grid: null,
  categories: null,
  otherCount: 0,
  lengths: null,
  expectations: [],
}

/** A profile without columns, of no known problem. */
export const BLANK_PROFILE: Profile = {
  schemaVersion: PROFILE_SCHEMA_VERSION,
  source: { kind: 'file', name: 'train.csv', format: 'csv' },
  createdMs: 0,
  rows: 0,
  timeSpan: null,
  problem: null,
  classes: [],
  positiveClass: null,
  columns: [],
  quality: null,
  chunks: [],
  warnings: [],
}

/** What the profile of a classifier that answers 0 or 1 says of its problem. */
export const BINARY = {
  problem: 'binary',
  classes: ['0', '1'],
  positiveClass: '1',
} as const satisfies Partial<Profile>

/** Drift of a column against the profile, by Kolmogorov–Smirnov distance. */
export const DRIFT_MONITOR = {
  metric: 'drift',
  baseline: 'training',
  method: 'ks',
  effectFloor: 0.1,
  cause: 'input_drift',
  severity: 'warning',
  policy: DRIFT_POLICY,
  enabled: true,
  fixedLimit: null,
  owner: null,
  runbookUrl: null,
} as const satisfies Omit<Monitor, 'id' | 'versionId' | 'profileId' | 'column'>
