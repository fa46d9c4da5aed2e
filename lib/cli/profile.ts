/** Owns the command `npm run profile`: prints the profile of a reference file as JSON; needs no server. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { mappingFile, readMapping } from '@/lib/cli/read-mapping'
import { requireFiles } from '@/lib/cli/require-readable'
import { buildReference } from '@/lib/services/profiles/build-reference'

const USAGE = `Usage: npm run --silent profile -- FILE [--mapping FILE|JSON] [--name NAME]

Prints the reference profile of FILE (CSV, JSON Lines or Parquet, plain or gzip) as JSON. Warnings go to the
standard error. The output can be sent to PUT /api/v1/models/{model}/versions/{version}/profile as it is.

  --mapping   which column plays which part, for example '{"label": "defaulted", "ignored": ["row"]}'
  --name      name of the source in the profile; by default the name of the file`

/** @returns the exit code: 0 with a profile on the standard output, 1 when the file cannot be used, 2 for wrong usage */
export async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      mapping: { type: 'string' },
      name: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const [file] = positionals
  if (values.help || file === undefined || positionals.length > 1) {
    console.error(USAGE)
    return values.help ? 0 : 2
  }
  await requireFiles(file, mappingFile(values.mapping))
  const mapping = await readMapping(values.mapping)
  const tempDir = await mkdtemp(path.join(tmpdir(), 'plumbline-profile-'))
  try {
    const profile = await buildReference({
      file: path.resolve(file),
      mapping,
      source: { kind: 'file', name: values.name ?? path.basename(file) },
      nowMs: Date.now(),
      tempDir,
    })
    for (const warning of profile.warnings) console.error(`warning: ${warning}`)
    await print(`${JSON.stringify(profile)}\n`)
    return 0
  } finally {
    await rm(tempDir, { recursive: true, force: true })
  }
}

/** Waits until a pipe took it all: a profile can be larger than its buffer. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
}
