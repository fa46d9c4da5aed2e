/** Owns the note in the data folder of where its server listens, for commands that run beside it. Knows no HTTP. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import * as z from 'zod'

const FILE = 'address.json'
const Note = z.object({ url: z.url({ protocol: /^http$/ }), pid: z.int().positive() })

/** Where this machine reaches a server that listens on `bind`, which may stand for every address. */
export function localUrl(bind: string, port: number): string {
  const host = bind === '0.0.0.0' || bind === 'localhost' ? '127.0.0.1' : bind === '::' ? '::1' : bind
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Notes that this process listens at `url`. */
export function writeAddress(dataDir: string, url: string): void {
  const file = path.join(dataDir, FILE)
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, JSON.stringify({ url, pid: process.pid }), { mode: 0o600 })
  renameSync(draft, file)
}

/** Takes the note away, unless it is another's. */
export function removeAddress(dataDir: string): void {
  if (readNote(dataDir)?.pid === process.pid) rmSync(path.join(dataDir, FILE), { force: true })
}

/** The address of the server that owns the folder, or null when none runs there. */
export function readAddress(dataDir: string): string | null {
  const note = readNote(dataDir)
  return note !== null && isAlive(note.pid) ? note.url : null
}

function readNote(dataDir: string): z.output<typeof Note> | null {
  try {
    return Note.parse(JSON.parse(readFileSync(path.join(dataDir, FILE), 'utf8')))
  } catch {
    return null
  }
}

/** Whether a process of this number runs on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of somebody else lives, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
