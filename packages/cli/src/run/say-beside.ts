import type { Surroundings } from '../surroundings.ts'
import type { RunView } from './run-view.ts'

/** A line that is not the view's: what that has drawn goes for as long as it takes. */
export function sayBeside(view: RunView | undefined, text: string, { stderr }: Pick<Surroundings, 'stderr'>): void {
  const release = view?.hold()
  stderr.write(`${text}\n`)
  release?.()
}
