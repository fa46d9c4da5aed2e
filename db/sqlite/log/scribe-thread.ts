/** Owns the program of the thread that writes the log: one request after another, each answered when it is done. */
import { parentPort, workerData } from 'node:worker_threads'
import { Desk, type ScribeOptions, type ScribeRequest } from '@/db/sqlite/log/scribe'
import type { ThreadAnswer } from '@/db/sqlite/log/thread-scribe'

const desk = new Desk(workerData as ScribeOptions)

parentPort?.on('message', (request: ScribeRequest) => {
  parentPort?.postMessage(answerTo(request))
})

function answerTo(request: ScribeRequest): ThreadAnswer {
  try {
    return { kept: desk.answer(request) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return { error: { message: error instanceof Error ? error.message : String(error), code } }
  }
}
