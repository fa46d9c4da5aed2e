/** Owns what there is one of for each object: of an open store, a profile, a grid. Knows nothing of any of them. */

/** What `make` gives for an object: made when it is first asked for, the same from then on, let go with the object. */
export function oncePer<K extends object, V extends NonNullable<unknown> | null>(
  make: (object: K) => V,
): (object: K) => V {
  const known = new WeakMap<K, V>()
  return (object) => {
    const found = known.get(object)
    if (found !== undefined) return found
    const made = make(object)
    known.set(object, made)
    return made
  }
}
