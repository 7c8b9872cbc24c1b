import type { PlannedStep } from './document.ts'

/** The folder of one start of a step. `place`: where the step is in its document and those around it, such as `1.0`. */
export function stepFolderName(place: string, step: Pick<PlannedStep, 'name'> | undefined, attempt: number): string {
  const name = step?.name.replace(/[^A-Za-z0-9_-]/g, '') ?? ''
  const again = attempt > 1 ? `.${attempt}` : ''
  return `${place}-${name.slice(0, 64)}${again}`
}

/** Which start of its step a folder is of, and the path of the first one's. */
export function attemptOf(path: string): { readonly base: string; readonly attempt: number } {
  const again = /-[A-Za-z0-9_-]*\.(\d{1,9})$/.exec(path)
  if (again === null) return { base: path, attempt: 1 }
  return { base: path.slice(0, path.lastIndexOf('.')), attempt: Number(again[1]) }
}
