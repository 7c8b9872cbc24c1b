import type { PlannedStep } from './document.ts'
import type { DocumentSource } from './parameters/resolve-steps.ts'
import type { StepWorld } from './step-start.ts'

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
export type Plugin = ScriptPlugin | WorkPlugin | DocumentPlugin

/** Runs a script: a process that outlives the agent. */
export interface ScriptPlugin {
  readonly kind: 'script'
  readonly name: string
  prepare(inputs: PlannedStep['inputs'], searchPath: string): Preparation
}

/** Does something in the agent itself; begun anew by the next agent when this one ends. */
export interface WorkPlugin {
  readonly kind: 'work'
  readonly name: string
  /** Resolves with what the step tells on standard output. Throws an Error that says what went wrong. */
  perform(inputs: PlannedStep['inputs'], place: WorkPlace, world: StepWorld): Promise<string>
}

/** Runs an inner document in its place. */
export interface DocumentPlugin {
  readonly kind: 'document'
  readonly name: string
  /** Undefined when there is nothing to run. Throws an Error that says what went wrong. */
  open(inputs: PlannedStep['inputs'], place: WorkPlace, world: StepWorld): Promise<DocumentSource | undefined>
}

export interface WorkPlace {
  /** Where relative paths of downloads begin; it need not be there. */
  readonly downloads: string
  /** A folder of this step's own, for what only it needs. */
  readonly folder: string
  readonly signal: AbortSignal
}
