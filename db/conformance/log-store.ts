/** Owns the whole conformance suite of a log driver. */
import { testLogAppend } from '@/db/conformance/log-append'
import type { OpenLog } from '@/db/conformance/log-harness'
import { testLogRead } from '@/db/conformance/log-read'

export function testLogStore(openLog: OpenLog): void {
  testLogAppend(openLog)
  testLogRead(openLog)
}
