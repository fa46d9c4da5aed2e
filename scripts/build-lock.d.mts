export function withBuildLock<T>(
  file: string,
  work: () => Promise<T>,
  options?: { say?: (line: string) => void },
): Promise<T>
