/** Runs the metadata store's conformance suite on SQLite. */
import { testMetadataStore } from '@/db/conformance/metadata-store'
import { openTestStores } from '@/db/sqlite/testing'

testMetadataStore(async () => {
  const stores = await openTestStores()
  return { ...stores, dispose: () => stores[Symbol.asyncDispose]() }
})
