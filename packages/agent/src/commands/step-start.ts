import { statSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { NodeCalls } from '../api/node-calls.ts'
import type { Clock } from '../clock.ts'
import { isObject } from '../disk/read-text.ts'
import { findScript, type Script, startScript } from '../process/script.ts'
import type { StepFolder } from '../process/step-folder.ts'
import type { AgentUpdates } from '../update/agent-updates.ts'
import type { PlannedStep } from './document.ts'
import type { DownloadWorld } from './download/source.ts'
import type { Preparation, ScriptPlugin } from './plugin.ts'
import { textInput } from './step-inputs.ts'

export interface StepWorld {
  readonly clock: Clock
  /** The variables of every script. */
  readonly environment: Readonly<Record<string, string>>
  /** Where a script runs that names no folder. */
  readonly workingDirectory: string
  readonly outputLimitBytes: number
  /** `Linux`, `MacOS` or `Windows`. */
  readonly platformType: string
  readonly calls: NodeCalls
  readonly downloads: DownloadWorld
  readonly updates: Pick<AgentUpdates, 'perform'>
}

export interface ReadyStep {
  readonly kind: 'ready'
  readonly script: Extract<Preparation, { kind: 'script' }>
  readonly workingDirectory: string
  readonly environment: Readonly<Record<string, string>>
}

/** Works out how a step runs, and does nothing yet. */
export function prepareStep(
  step: PlannedStep,
  plugin: ScriptPlugin,
  commandId: string,
  downloads: string,
  world: StepWorld,
): ReadyStep | { readonly kind: 'refused'; readonly reason: string } {
  const given = variablesOf(step.inputs['environment'])
  const environment: Readonly<Record<string, string>> = { ...world.environment, SSM_COMMAND_ID: commandId, ...given }
  const script = plugin.prepare(step.inputs, environment['PATH'] ?? '')
  if (script.kind === 'refused') return script

  const workingDirectory = directoryOf(textInput(step.inputs, 'workingDirectory'), downloads, world)
  // Asked beforehand, since a failed spawn would not tell a missing folder from a missing shell.
  if (!isFolder(workingDirectory)) {
    return { kind: 'refused', reason: `The working directory ${workingDirectory} does not exist on this node.` }
  }
  return { kind: 'ready', script, workingDirectory, environment }
}

/** A start of a step: by this agent, or perhaps by an earlier one. */
export function openStep(folder: StepFolder, world: StepWorld) {
  return {
    folder,
    start({ script, workingDirectory, environment }: ReadyStep): Script {
      const path = join(folder.path, script.fileName)
      writeFileSync(path, script.text, { mode: 0o700 })
      const { outputLimitBytes } = world
      return startScript(
        { folder, command: script.command(path), workingDirectory, environment, outputLimitBytes },
        world.clock,
      )
    },
    find: (): Script => findScript(folder, world.outputLimitBytes, world.clock),
  }
}

// As in Amazon's agent: a path that is not absolute is one among what the document downloaded, if it is there.
function directoryOf(given: string, downloads: string, world: StepWorld): string {
  if (isAbsolute(given)) return given
  const downloaded = join(downloads, given)
  return isFolder(downloaded) ? downloaded : world.workingDirectory
}

function variablesOf(input: unknown): Readonly<Record<string, string>> {
  if (!isObject(input)) return {}
  return Object.fromEntries(
    Object.entries(input).flatMap(([name, value]) =>
      /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && typeof value === 'string' && !value.includes('\0')
        ? [[name, value]]
        : [],
    ),
  )
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  } catch {
    return false
  }
}
