/** Owns opening something anew for every test, and disposing of it; it does not know what it opens. */
import { afterEach, beforeEach } from 'vitest'

/**
 * Before each test of the running `describe`, opens a harness and hands it to `begin`; after the test, disposes of it,
 * also where `begin` failed.
 */
export function openForEach<Harness extends { dispose(): Promise<void> }>(
  open: () => Promise<Harness>,
  begin: (harness: Harness) => void | Promise<void>,
): void {
  let harness: Harness | null = null
  beforeEach(async () => {
    harness = await open()
    await begin(harness)
  })
  afterEach(async () => {
    await harness?.dispose()
    harness = null
  })
}
