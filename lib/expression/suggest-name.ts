/** Owns finding the name that was probably meant. */

/** Beyond this no name is like another. */
const MAX_LENGTH = 64

/** The nearest of these names, or null where none is near: a third of the letters may differ, two of a short name. */
export function suggestName(wanted: string, names: Iterable<string>): string | null {
  const asked = normalise(wanted)
  let best: string | null = null
  let least = Math.min(asked.length - 1, Math.max(2, Math.floor(asked.length / 3))) + 1
  for (const name of names) {
    const distance = distanceOf(asked, normalise(name), least)
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best
}

/** ` Did you mean "income"?`, or nothing. */
export function sayMeant(wanted: string, names: Iterable<string>): string {
  const meant = suggestName(wanted, names)
  return meant === null ? '' : ` Did you mean ${JSON.stringify(meant)}?`
}

function normalise(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_.-]+/g, '_')
}

/** Edits from one to the other (Levenshtein); at least `bound` where it is more. */
function distanceOf(a: string, b: string, bound: number): number {
  if (a === b) return 0
  if (a.length > MAX_LENGTH || b.length > MAX_LENGTH || Math.abs(a.length - b.length) >= bound) return bound
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? bound
}
