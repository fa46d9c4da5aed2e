/** Owns password rules and hashing (argon2id). Knows no user. */
import { hash, verify } from '@node-rs/argon2'
import { AppError } from '@/lib/domain/errors'

export const MIN_PASSWORD_LENGTH = 12
const MAX_PASSWORD_BYTES = 1_024
/** 19 MiB and two passes: the smaller of the two settings OWASP names, so that a burst of sign-ins stays within memory. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Long enough for the rule, yet in every list that attackers try first. */
const COMMON = new Set([
  'administrator',
  'password1234',
  'passwordpassword',
  'password12345',
  '123456789012',
  '1234567890123',
  'qwertyuiop12',
  'qwertyuiopas',
  'letmeinletmein',
  'plumblineplumbline',
  'changemechangeme',
])

/** @throws AppError `invalid` with a sentence that says what is wrong with a new password */
export function checkNewPassword(password: string): void {
  if ([...password].length < MIN_PASSWORD_LENGTH) {
    throw invalid(`The password needs at least ${MIN_PASSWORD_LENGTH} characters.`)
  }
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) {
    throw invalid(`The password may have at most ${MAX_PASSWORD_BYTES} bytes.`)
  }
  if (COMMON.has(password.toLowerCase()) || new Set(password).size < 3) {
    throw invalid('This password is among the first that are tried. Please choose another one.')
  }
}

export function hashPassword(password: string): Promise<string> {
  return hash(password, ARGON2)
}

/** Whether the password is the one that was hashed; false for a hash that cannot be read. */
export async function isPassword(passwordHash: string, password: string): Promise<boolean> {
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return false
  try {
    return await verify(passwordHash, password)
  } catch {
    return false
  }
}

let decoy: Promise<string> | null = null

/** Takes as long as checking a real password, for names that do not exist, so that the time tells nothing. */
export async function wastePasswordCheck(password: string): Promise<void> {
  decoy ??= hashPassword('there is nobody of this name')
  await isPassword(await decoy, password)
}

function invalid(message: string): AppError {
  return new AppError('invalid', message, { reason: 'bad_password', field: 'password' })
}
