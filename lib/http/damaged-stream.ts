/** Owns the error of decompressors for a stream that is not what it says. */

/** A compressed stream is damaged, cut off, or followed by anything; the message says which. */
export class DamagedStream extends Error {}
