import { CloudEvent, emitterFor, httpTransport, Mode } from 'cloudevents'
import { describe, expect, it } from 'vitest'
import { pause, type RoughServer, startRoughServer } from '@/lib/http/clients/rough-server'
import { compareStored, EXACTLY_SENT, recordOf, SENT } from '@/lib/http/clients/sent-records'

const AT_ONCE = 4
/** An event carries the records of one call of the model. */
const RECORDS_AN_EVENT = 50
const EVENTS = SENT / RECORDS_AN_EVENT
const ROOM_BYTES = 1_000_000

interface Answer {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}
/** Makes the event of an index; each call of what it answers sends that same event. */
type CreateEvent = (index: number) => () => Promise<Answer>

/** The emitter as its documentation shows it. Even events have their attributes in headers, odd ones in the body. */
function createEvents(server: RoughServer): CreateEvent {
  const transport = httpTransport(`${server.url}/api/v1/ingest/fraud`)
  const binary = emitterFor(transport, { mode: Mode.BINARY })
  const structured = emitterFor(transport, { mode: Mode.STRUCTURED })
  const headers = { authorization: `Bearer ${server.key}` }
  return (index) => {
    const data = Array.from({ length: RECORDS_AN_EVENT }, (_, row) =>
      recordOf(index * RECORDS_AN_EVENT + row),
    )
    const event = new CloudEvent({ id: `e${index}`, type: 'com.example.predictions', source: '/fraud', data })
    const emit = index % 2 === 0 ? binary : structured
    return () => emit(event, { headers }) as Promise<Answer>
  }
}

/** The emitter tries once and tells no status: who wants to lose nothing looks at the answer and sends again. */
async function sendUntilTaken(emit: () => Promise<Answer>): Promise<void> {
  for (;;) {
    const answer = await emit().catch(() => null)
    if (answer && /"(accepted|duplicates)":50\b/.test(answer.body)) return
    await pause(answer === null ? 50 : Number(answer.headers['retry-after'] ?? 0) * 100)
  }
}

async function emitAll(createEvent: CreateEvent, from: number, to: number): Promise<void> {
  let next = from
  const client = async () => {
    while (next < to) await sendUntilTaken(createEvent(next++))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, client))
}

describe('the package cloudevents', () => {
  it('stores every record exactly once through a restart, a kill and a spell of refusals, if the answers are read', async () => {
    await using server = await startRoughServer(ROOM_BYTES)
    const createEvent = createEvents(server)
    const first = emitAll(createEvent, 0, 0.4 * EVENTS)
    await server.untilStored(1)
    await server.restart('SIGTERM')
    await first
    const second = emitAll(createEvent, 0.4 * EVENTS, 0.7 * EVENTS)
    await server.untilStored(4_001)
    await server.restart('SIGKILL')
    await second
    const refused: Promise<void>[] = []
    await server.refuse(async () => {
      refused.push(emitAll(createEvent, 0.7 * EVENTS, EVENTS))
      await pause(1_000)
    })
    await Promise.all(refused)
    expect(compareStored(await server.stored())).toEqual(EXACTLY_SENT)
  })

  it('tells no failure and tries once: what it sends while all is refused is lost', async () => {
    await using server = await startRoughServer(ROOM_BYTES)
    const createEvent = createEvents(server)
    const answers = await server.refuse(() => Promise.all([createEvent(0)(), createEvent(1)()]))
    expect(answers.map(({ body }) => JSON.parse(body).status)).toEqual([503, 503])
    expect((await server.stored()).size).toBe(0)
  })
})
