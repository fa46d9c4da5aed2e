/** Owns the contract for users, sessions, API keys, settings kept in the database, and the audit log. */

/** `metrics` reads `/metrics` and nothing else: such a key lies in the configuration of another machine. */
export const KEY_SCOPES = ['ingest', 'read', 'metrics', 'admin'] as const
export type KeyScope = (typeof KEY_SCOPES)[number]

export interface User {
  readonly id: number
  readonly name: string
  readonly role: 'admin' | 'viewer'
  readonly passwordHash: string
  readonly createdMs: number
}

export interface Session {
  /** SHA-256 of the token, hex. */
  readonly tokenHash: string
  readonly userId: number
  readonly csrfToken: string
  readonly createdMs: number
  readonly lastSeenMs: number
  readonly expiresMs: number
}

export interface ApiKey {
  readonly id: number
  readonly name: string
  readonly scopes: readonly KeyScope[]
  /** First characters, to recognise it by. */
  readonly prefix: string
  /** SHA-256 of the key, hex. */
  readonly hash: string
  readonly createdMs: number
  readonly createdBy: string
  readonly lastUsedMs: number | null
  readonly revokedMs: number | null
  /** When a key that has a successor stops working by itself; null for never. */
  readonly expiresMs: number | null
  /** The first key of the client: keys that succeed one another share quotas and counts. Null for a first key. */
  readonly clientId: number | null
  /** What an operator allows the client; null for no limit. */
  readonly recordsPerSecond: number | null
  readonly bytesPerSecond: number | null
}

type LaterParts = 'expiresMs' | 'clientId' | 'recordsPerSecond' | 'bytesPerSecond'

/** A key before it has an id; what is not said of its client is null. */
export type NewApiKey = Omit<ApiKey, 'id' | LaterParts> & Partial<Pick<ApiKey, LaterParts>>

/** What a client may send; null for no limit. */
export type KeyQuota = Pick<ApiKey, 'recordsPerSecond' | 'bytesPerSecond'>

/** Parts of a key that may change after it was made. */
export type KeyChange = Partial<Pick<ApiKey, 'expiresMs' | 'recordsPerSecond' | 'bytesPerSecond'>>

export interface AuditEntry {
  readonly id: number
  readonly atMs: number
  readonly actor: string
  readonly action: string
  readonly subject: string
}

export interface AccessRecords {
  countUsers(): Promise<number>
  /** @throws AppError `conflict` when a user exists already: only one may win the race for the first administrator. */
  addFirstUser(user: Omit<User, 'id'>): Promise<User>
  findUser(name: string): Promise<User | null>
  findUserById(userId: number): Promise<User | null>
  addSession(session: Session): Promise<void>
  findSession(tokenHash: string): Promise<{ session: Session; user: User } | null>
  touchSession(tokenHash: string, nowMs: number): Promise<void>
  deleteSession(tokenHash: string): Promise<void>
  deleteExpiredSessions(nowMs: number): Promise<number>
  addKey(key: NewApiKey): Promise<ApiKey>
  findKeyByHash(hash: string): Promise<ApiKey | null>
  listKeys(): Promise<ApiKey[]>
  revokeKey(keyId: number, nowMs: number): Promise<void>
  /** Changes these keys, all or none. */
  updateKeys(keyIds: readonly number[], change: KeyChange): Promise<void>
  /** Adds the successor of a key, and says when the older one stops working, in one transaction. */
  addSuccessor(keyId: number, successor: NewApiKey, expiresMs: number | null): Promise<ApiKey>
  touchKeys(used: readonly { keyId: number; atMs: number }[]): Promise<void>
  /** Small named values: the hash of the claim token, the worker's last tick, and the like. */
  getSetting(name: string): Promise<string | null>
  setSetting(name: string, value: string | null): Promise<void>
  addAudit(entry: Omit<AuditEntry, 'id'>): Promise<void>
  /** Newest first; with `before` only those older than the entry of that id. */
  listAudit(limit: number, before?: number | null): Promise<AuditEntry[]>
}
