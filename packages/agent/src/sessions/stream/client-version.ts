/** True when a version of four numbers is at least another. What is no version is older than any. */
export function isVersionAtLeast(version: string, least: string): boolean {
  const parts = numbersOf(version)
  if (parts === undefined) return false
  for (const [index, wanted] of (numbersOf(least) ?? []).entries()) {
    const part = parts[index] ?? 0
    if (part !== wanted) return part > wanted
  }
  return true
}

function numbersOf(version: string): readonly number[] | undefined {
  return /^\d{1,9}(?:\.\d{1,9}){0,3}$/.test(version) ? version.split('.').map(Number) : undefined
}
