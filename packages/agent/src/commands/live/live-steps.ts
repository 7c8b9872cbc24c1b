import { join } from 'node:path'
import type { PlannedStep } from '../document.ts'
import type { CommandRecord, StepResult } from '../record.ts'
import { attemptOf, stepFolderName } from '../step-folder-name.ts'

/** A step of a command that has begun, as those see it who watch the command. */
export interface LiveStep {
  readonly name: string
  readonly plugin: string
  /** Where its starts write to, oldest first; one after the other they are its output. */
  readonly folders: readonly string[]
  /** Nothing more is written. */
  readonly isOver: boolean
  /** What the agent adds to the streams of a step that has ended, each on a line of its own. */
  readonly notes: { readonly stdout: string; readonly stderr: string }
}

const noNotes = { stdout: '', stderr: '' }

/** The steps that have begun. Those of inner documents are not among them: their output is that of the step that ran them. */
export function liveSteps(record: CommandRecord, commandFolder: string): readonly LiveStep[] {
  const { steps, results } = record.outer?.[0] ?? record
  const begun = steps.slice(0, results.length + 1)
  return begun.map((step, place) => {
    const result = results[place]
    if (result !== undefined) return overStep(step, result)
    // The output of an inner document is joined when it has ended.
    const attempts = record.outer === undefined || record.outer.length === 0 ? record.attempt : 0
    const base = join(commandFolder, stepFolderName(String(place), step, 1))
    return { ...step, folders: foldersOf(base, attempts), isOver: false, notes: noNotes }
  })
}

function overStep(step: PlannedStep, { folder, outputNote = '', errorNote = '' }: StepResult): LiveStep {
  const { base, attempt } = folder === undefined ? { base: '', attempt: 0 } : attemptOf(folder)
  return {
    ...step,
    folders: foldersOf(base, attempt),
    isOver: true,
    notes: { stdout: outputNote, stderr: errorNote },
  }
}

function foldersOf(base: string, attempts: number): readonly string[] {
  return Array.from({ length: attempts }, (_, index) => (index === 0 ? base : `${base}.${index + 1}`))
}
