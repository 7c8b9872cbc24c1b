import type { PlannedStep } from './document.ts'

/** How to do a step: a script file to write and the program that runs it, or why it cannot be done. */
export type Preparation =
  | {
      readonly kind: 'script'
      readonly fileName: string
      readonly text: string
      /** Program and arguments, given the script file's path. */
      command(path: string): readonly string[]
    }
  | { readonly kind: 'refused'; readonly reason: string }

/** What one kind of step does. Named as documents name it: `aws:runShellScript`. */
export interface Plugin {
  readonly name: string
  prepare(inputs: PlannedStep['inputs'], searchPath: string): Preparation
}
