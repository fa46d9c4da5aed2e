import { logs } from '@opentelemetry/api-logs'
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { afterEach, describe, expect, it } from 'vitest'
import { pause, startRoughServer } from '@/lib/http/clients/rough-server'
import { compareStored, EXACTLY_SENT, recordOf, SENT } from '@/lib/http/clients/sent-records'

afterEach(() => logs.disable())

describe.each([
  ['-http', JsonExporter],
  ['-proto', ProtobufExporter],
] as const)('the exporter @opentelemetry/exporter-logs-otlp%s', (_name, Exporter) => {
  it('stores every record exactly once through a restart, a kill and a spell of refusals', async () => {
    await using server = await startRoughServer()
    const exporter = new Exporter({
      url: `${server.url}/v1/logs`,
      headers: { authorization: `Bearer ${server.key}` },
      timeoutMillis: 20_000,
    })
    // As it comes, save for a queue that takes all that is sent here at once, and quicker turns.
    const processor = new BatchLogRecordProcessor({ exporter, maxQueueSize: SENT, scheduledDelayMillis: 50 })
    const provider = new LoggerProvider({ processors: [processor] })
    const logger = provider.getLogger('ml')
    const emit = (from: number, to: number) => {
      for (let i = from; i < to; i++) {
        const { version, ...body } = recordOf(i)
        const attributes = { 'model.name': 'fraud', 'model.version': version }
        logger.emit({ eventName: 'ml.prediction', body, attributes })
      }
    }
    emit(0, 4_000)
    await server.untilStored(1)
    await server.restart('SIGTERM')
    emit(4_000, 7_000)
    await server.untilStored(4_001)
    await server.restart('SIGKILL')
    await server.untilStored(7_000)
    const during = await server.refuse(async () => {
      emit(7_000, SENT)
      await pause(1_000)
      return server.stored()
    })
    expect(during.size).toBe(7_000)
    expect(compareStored(await server.untilStored(SENT))).toEqual(EXACTLY_SENT)
    await provider.shutdown()
  })
})
