/** Owns the process that reads one reference file for the server: job in, result out, then gone. No command of its own. */
import { readFile, writeFile } from 'node:fs/promises'
import { isAppError } from '@/lib/domain/errors'
import { buildHere, type ReferenceJob, type ReferenceResult } from '@/lib/services/profiles/build-reference'

/** Shows that the process is not stuck. */
const HEARTBEAT_MS = 1_000

const [jobFile, resultFile] = process.argv.slice(2)
if (jobFile !== undefined && resultFile !== undefined) {
  // The server is gone, and with it the reason to go on.
  process.once('disconnect', () => process.exit(1))
  const heartbeat = setInterval(() => process.send?.('alive'), HEARTBEAT_MS)
  await writeFile(resultFile, JSON.stringify(await work(jobFile)))
  clearInterval(heartbeat)
  process.removeAllListeners('disconnect')
  process.disconnect?.()
}

async function work(file: string): Promise<ReferenceResult> {
  try {
    return { profile: await buildHere(JSON.parse(await readFile(file, 'utf8')) as ReferenceJob) }
  } catch (error) {
    if (isAppError(error)) {
      return { error: { code: error.code, message: error.message, details: error.details } }
    }
    throw error
  }
}
