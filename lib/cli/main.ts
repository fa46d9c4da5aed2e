/** Owns the command line's front door: finds the command by name and hands it its arguments. Knows no command. */

interface Command {
  /** Runs the command; the number is the exit code. */
  main(argv: string[]): Promise<number>
}

const COMMANDS: Readonly<Record<string, string>> = {
  profile: 'print the profile of a reference file as JSON',
  import: 'profile a reference file and send a current file through the API',
  demo: 'fill a server with two weeks of a realistic model, then a live trickle',
  replay: 'judge a stored evaluation again and say whether it comes out bit for bit',
  golden: 'compare every statistic with its golden values',
  evidence: 'measure false alarms and power of the verdict rule on seeded streams',
  methods: 'write docs/methods.md again from the tables of methods',
  bench: 'measure the figures that the README states',
  soak: 'kill the server a thousand times under load and hold it against what it acknowledged',
  screenshots: 'draw the pictures of the README',
}

/** @returns the exit code: 2 when there is no such command */
export async function main(argv: string[]): Promise<number> {
  const [name = 'help', ...rest] = argv
  if (!(name in COMMANDS)) {
    const lines = Object.entries(COMMANDS).map(([command, what]) => `  npm run ${command.padEnd(12)} ${what}`)
    console.error(['Commands:', ...lines].join('\n'))
    return name === 'help' ? 0 : 2
  }
  // Each command is a bundle of its own beside this one, so that one command does not load the others.
  const command = (await import(new URL(`./${name}.js`, import.meta.url).href)) as Command
  return command.main(rest)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
