/** Owns the command `npm run demo`: a realistic model with planted trouble, replayed into a running instance. */
import { parseArgs } from 'node:util'
import { createDemoClient, type DemoClient } from '@/lib/cli/demo/demo-client'
import { replayHistory, trickle, type World } from '@/lib/cli/demo/replay'
import { MODEL, storyOf, tellStory } from '@/lib/cli/demo/story'
import { REFERENCE_MAPPING, referenceCsv } from '@/lib/cli/demo/traffic'
import { type Instance, openInstance } from '@/lib/cli/open-instance'

const REFERENCE_ROWS = 30_000

const USAGE = `Usage: npm run demo -- [--url URL] [--key KEY] [--seed N] [--per-hour N] [--once]

Fills a running Plumbline with two weeks of a credit-risk model, then goes on with live traffic until it is stopped.

  --url       address of the instance; by default the one that runs on this data folder, see --key
  --key       an admin API key; by default PLUMBLINE_ADMIN_KEY, else one is made through the data folder
              (PLUMBLINE_DATA_DIR) and revoked at the end. With a key, --url is PLUMBLINE_URL or http://127.0.0.1:PORT
  --seed      another seed gives another, equally troubled world (default 7)
  --per-hour  decisions an hour on average (default 900)
  --once      stop after the history`

/**
 * @returns the exit code: 0 when done or stopped, 2 for wrong usage
 * @throws Error with a sentence when there is no instance, or it refuses or does not answer
 */
export async function main(argv: string[]): Promise<number> {
  const options = readOptions(argv)
  if (typeof options === 'string') {
    console.error(options)
    return 2
  }
  const instance = await openInstance({ command: 'demo', url: options.url, key: options.key })
  try {
    await tell(instance, options)
    return 0
  } finally {
    await instance.close()
  }
}

async function tell({ url, key }: Instance, { once, seed, perHour }: Options): Promise<void> {
  const nowMs = Date.now()
  const world: World = { seed, perHour, story: storyOf(nowMs) }
  const client = createDemoClient(url, key)
  console.log(`Sending two weeks of the model ${MODEL} to ${url}.`)
  await sendProfiles(client, world)
  const state = await replayHistory(client, world, nowMs, (line) => console.log(`  ${line}`))
  console.log(`\nSent ${state.records.toLocaleString('en-US')} decisions. Planted (UTC):`)
  for (const line of tellStory(world.story)) console.log(`  ${line}`)
  console.log(`\nSee it at ${url}/models/${MODEL} and ${url}/alerts`)
  if (once) return
  console.log('Going on with live traffic; stop with Ctrl+C.')
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  await trickle(client, world, state, nowMs, stop.signal)
}

/** Both versions were built on the same data. A version that has a profile keeps it: the demo may be run again. */
async function sendProfiles(client: DemoClient, { seed, story }: World): Promise<void> {
  const csv = referenceCsv(seed, story, REFERENCE_ROWS)
  // Activated at once; a second run would otherwise ask whether the columns may differ.
  const query = new URLSearchParams({
    mapping: JSON.stringify(REFERENCE_MAPPING),
    activate: '1',
    confirm: '1',
  })
  for (const version of ['v1', 'v2']) {
    const path = `/api/v1/models/${MODEL}/versions/${version}/profile`
    if (await client.exists(path)) continue
    await client.send('PUT', `${path}?${query}`, csv, 'text/csv')
    console.log(`  reference profile of ${version}: ${REFERENCE_ROWS.toLocaleString('en-US')} rows`)
  }
}

interface Options {
  readonly url: string | undefined
  readonly key: string | undefined
  readonly once: boolean
  readonly seed: number
  readonly perHour: number
}

/** Options, or the text to show instead. */
function readOptions(argv: string[]): Options | string {
  const { values } = parseArgs({
    args: argv,
    options: {
      url: { type: 'string' },
      key: { type: 'string' },
      seed: { type: 'string', default: '7' },
      'per-hour': { type: 'string', default: '900' },
      once: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const { url, key } = values
  const [seed, perHour] = [Number(values.seed), Number(values['per-hour'])]
  const isWrongUrl = url !== undefined && !URL.canParse(url)
  if (values.help || isWrongUrl || !Number.isInteger(seed) || !(perHour >= 1 && perHour <= 100_000))
    return USAGE
  return { url, key, once: values.once, seed, perHour }
}
