export interface DebianProgram {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}
export declare const DEBIAN_PROGRAMS: readonly string[]
export declare function findDebianProgram(name: string): DebianProgram | null
export declare function ensureDebianPackages(names?: readonly string[]): Promise<string[]>
