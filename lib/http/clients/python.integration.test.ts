import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { PYTHON_REQUESTS } from '@/lib/domain/shippers/python-requests'
import { pause, type RoughServer, startRoughServer } from '@/lib/http/clients/rough-server'
import { runClient } from '@/lib/http/clients/run-client'
import { compareStored, EXACTLY_SENT, recordLines, SENT } from '@/lib/http/clients/sent-records'
import { findDebianProgram } from '@/scripts/debian-packages.mjs'

const PYTHON = findDebianProgram('python3')

/** Sends all records in batches, slowly enough to be caught in the middle. */
const SEND_ALL = `
import json, sys, time
lines = [json.loads(line) for line in open(sys.argv[1])]
print('begun', flush=True)
for at in range(0, len(lines), 250):
    send(lines[at:at + 250])
    time.sleep(0.02)
`

/**
 * Runs a program that has a function `send` beside a server that refuses, is ended, and killed.
 * @param sign  what it writes once it has begun, and was refused where it tells
 */
async function sendThroughTrouble(server: RoughServer, program: string, sign: string): Promise<void> {
  if (PYTHON === null) throw new Error('there is no Python')
  const [script, records] = [path.join(server.dir, 'send.py'), path.join(server.dir, 'records.jsonl')]
  writeFileSync(script, program + SEND_ALL)
  writeFileSync(records, recordLines(0, SENT))
  const env = { ...PYTHON.env, NO_PROXY: '127.0.0.1', PYTHONDONTWRITEBYTECODE: '1' }
  const { client } = await server.refuse(async () => {
    const client = runClient(PYTHON.command, [...PYTHON.args, script, records], env)
    await vi.waitFor(() => expect(client.output()).toContain(sign), { timeout: 20_000 })
    await pause(300)
    return { client }
  })
  await using _ended = client
  await server.untilStored(1_000)
  await server.restart('SIGTERM')
  await server.untilStored(5_000)
  await server.restart('SIGKILL')
  expect(await client.exited, client.output()).toBe(0)
}

describe.skipIf(PYTHON === null)('Python', () => {
  it('with the code that is printed stores every record exactly once through a restart, a kill and a spell of refusals', async () => {
    await using server = await startRoughServer()
    const text = PYTHON_REQUESTS.config({ publicUrl: server.url, key: server.key, model: 'fraud' })
    // All but the call with the sample record.
    const [code = '', sample] = text.split(/^(?=log_predictions\(\[)/m)
    expect(sample).toContain('req-1')
    await sendThroughTrouble(server, `${code}\nsend = log_predictions\n`, 'begun')
    expect(compareStored(await server.stored())).toEqual(EXACTLY_SENT)
  })

  it('with the client elasticsearch 7 stores every record exactly once when the program sends again what it gave up', async () => {
    await using server = await startRoughServer()
    await sendThroughTrouble(
      server,
      `
import time
from elasticsearch import Elasticsearch, TransportError, helpers

client = Elasticsearch(["${server.url}/es"], api_key=("any", "${server.key}"))
assert client.info()["version"]["number"].startswith("8.")

def send(records):
    actions = [{"_op_type": "index", "_index": "fraud-2026.11.21", "_id": r["prediction_id"], **r} for r in records]
    while True:
        try:
            return helpers.bulk(client, actions)
        except TransportError as error:
            print(error.status_code, flush=True)
            time.sleep(0.1)
`,
      '503',
    )
    expect(compareStored(await server.stored())).toEqual(EXACTLY_SENT)
  })
})
