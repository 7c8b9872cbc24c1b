import { join } from 'node:path'
import { type CommandRecord, placeOf, type StepResult } from '../record.ts'
import { attemptOf, stepFolderName } from '../step-folder-name.ts'

/** A step of a command that has begun, as those see it who watch the command. */
export interface LiveStep {
  readonly name: string
  readonly plugin: string
  /** Its output, in order. */
  readonly pieces: readonly LivePiece[]
  /** Nothing more is written. */
  readonly isOver: boolean
}

/** What a step wrote, or one within it. It begins on a line of its own. */
export interface LivePiece {
  /** Where its starts write to, oldest first; one after the other they are its output. */
  readonly folders: readonly string[]
  readonly isOver: boolean
  /** What the agent adds to the streams of a step that has ended, each on a line of its own. */
  readonly notes: { readonly stdout: string; readonly stderr: string }
}

const noNotes = { stdout: '', stderr: '' }

/** A step that has begun. Those of inner documents are none: what they write is output of the step that runs them. */
export function liveStep(record: CommandRecord, commandFolder: string, place: number): LiveStep | undefined {
  const { steps, results } = record.outer?.[0] ?? record
  const [step, result] = [steps[place], results[place]]
  if (step === undefined || place > results.length) return undefined
  const { name, plugin } = step
  if (result !== undefined) return { name, plugin, pieces: [endedPiece(result)], isOver: true }
  return { name, plugin, pieces: [...innerPieces(record), ...currentPiece(record, commandFolder)], isOver: false }
}

/** What steps wrote that have ended; those that were skipped wrote nothing. */
export function endedPieces(results: readonly StepResult[]): readonly LivePiece[] {
  return results.filter(({ status }) => status !== 'Skipped').map(endedPiece)
}

function innerPieces({ outer = [], results }: CommandRecord): readonly LivePiece[] {
  const [, ...within] = outer
  return outer.length === 0 ? [] : [...within.map((around) => around.results), results].flatMap(endedPieces)
}

function currentPiece(record: CommandRecord, commandFolder: string): readonly LivePiece[] {
  const step = record.steps[record.results.length]
  if (step === undefined) return []
  const base = join(commandFolder, stepFolderName(placeOf(record), step, 1))
  return [{ folders: foldersOf(base, record.attempt), isOver: false, notes: noNotes }]
}

function endedPiece({ folder, outputNote = '', errorNote = '' }: StepResult): LivePiece {
  const { base, attempt } = folder === undefined ? { base: '', attempt: 0 } : attemptOf(folder)
  return { folders: foldersOf(base, attempt), isOver: true, notes: { stdout: outputNote, stderr: errorNote } }
}

function foldersOf(base: string, attempts: number): readonly string[] {
  return Array.from({ length: attempts }, (_, index) => (index === 0 ? base : `${base}.${index + 1}`))
}
