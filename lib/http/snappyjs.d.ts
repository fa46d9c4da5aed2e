/** Owns the types of snappyjs, which comes without them: our own decoder is tested against its encoder. */
declare module 'snappyjs' {
  export function compress(bytes: Uint8Array): Buffer
  export function uncompress(bytes: Uint8Array, maxLength?: number): Buffer
}
