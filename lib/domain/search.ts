/** Owns what a search takes from a list: the same on pages and by the API. Knows no list. */

/** Whether every word of the search stands in one of the texts, whatever the case. Nothing searched takes everything. */
export function matchesSearch(search: string | null, texts: readonly (string | null)[]): boolean {
  const words = fold(search ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return true
  const text = fold(texts.filter((each) => each !== null).join('\n'))
  return words.every((word) => text.includes(word))
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
