/**
 * Owns people who watch, in a process of their own at the lowest priority: their machines are not this one. Each loads a
 * page and asks for a verdict, again and again, with a pause in between. Told its plan by a message; answers `stop` with
 * what they saw.
 */
import os from 'node:os'

os.setPriority(os.constants.priority.PRIORITY_LOW)

/** @type {number[]} */
const pageMs = []
/** @type {number[]} */
const apiMs = []
/** @type {Map<number, number>} */
const strange = new Map()
let isOver = false

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * @param {string} url
 * @param {Record<string, string>} headers
 * @param {number[]} times
 */
async function load(url, headers, times) {
  const sentMs = performance.now()
  const response = await fetch(url, { headers, redirect: 'manual' })
  await response.arrayBuffer()
  times.push(performance.now() - sentMs)
  if (response.status !== 200) strange.set(response.status, (strange.get(response.status) ?? 0) + 1)
}

/**
 * @param {import('./viewers').WatchPlan} plan
 * @param {number} i
 */
async function person({ url, cookie, paths, apiPaths, count, everyMs }, i) {
  const headers = { cookie: `${cookie.name}=${cookie.value}` }
  await pause((i / count) * everyMs)
  for (let round = i; !isOver; round++) {
    const beganMs = performance.now()
    await load(url + (paths[round % paths.length] ?? '/'), headers, pageMs)
    for (const path of apiPaths) await load(url + path, headers, apiMs)
    await pause(Math.max(0, everyMs - (performance.now() - beganMs)))
  }
}

/** @type {Promise<void[]>} */
let people = Promise.resolve([])
process.on('message', async (/** @type {import('./viewers').WatchPlan | 'stop'} */ message) => {
  if (message !== 'stop') {
    people = Promise.all(Array.from({ length: message.count }, (_, i) => person(message, i)))
    return
  }
  isOver = true
  await people
  process.send?.({ pageMs, apiMs, strange: [...strange] }, () => process.exit(0))
})
