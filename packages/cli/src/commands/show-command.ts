import type { Command } from '@fairlead/wire/model/generated/ssm'
import type { Ask } from '../api/keep-asking.ts'
import { CliError } from '../cli-error.ts'
import { nodeIdsOf } from '../nodes/find-nodes.ts'
import { commandOf, noCommand } from '../run/command-of.ts'
import { exitStatusOf } from '../run/exit-status.ts'
import { followCommand } from '../run/follow-command.ts'
import { Interruptions } from '../run/interruptions.ts'
import { OutcomeGroups } from '../run/outcome-groups.ts'
import { readOutcomes } from '../run/read-outcomes.ts'
import type { RunView } from '../run/run-view.ts'
import { sayBeside } from '../run/say-beside.ts'
import { undeliveredOf, undeliveredText } from '../run/undelivered.ts'
import { type ShowOptions, viewOf } from '../run/view-of.ts'
import { askServer } from '../session/ask-server.ts'
import { printable } from '../session/copy/printable.ts'
import type { Surroundings } from '../surroundings.ts'
import { localTime } from '../terminal/local-time.ts'
import type { Person } from '../terminal/person.ts'
import { whatItDoes } from './command-table.ts'

export interface ShowCommandOptions extends ShowOptions {
  readonly dataDir?: string
  readonly watch?: boolean
}

/** `fairlead commands ID [NODE]`: how it went, on all nodes or some. The exit status is as that of `fairlead run`. */
export async function showCommand(
  commandId: string,
  nodes: string | undefined,
  options: ShowCommandOptions,
  surroundings: Surroundings,
  person: Person,
): Promise<number> {
  const { stderr } = surroundings
  const leaving = new AbortController()
  let shown: RunView | undefined
  const say = (text: string) => sayBeside(shown, text, surroundings)
  const ask = askServer(options.dataDir, surroundings, leaving.signal, say)
  const command = await commandOf(ask, commandId)
  if (command.CommandId === undefined) throw noCommand(commandId)
  const only = nodes === undefined ? undefined : new Set(await nodeIdsOf(ask, nodes))
  const view = viewOf(only?.size ?? command.TargetCount ?? 0, options, surroundings)
  shown = view
  if (options.json !== true) stderr.write(headline(command))
  stderr.write(undeliveredText(undeliveredOf(command)))
  try {
    if (options.watch === true) await watchHeld(ask, commandId, view, leaving, person, surroundings)
    return await report(ask, command, only, view, surroundings.now())
  } catch (error) {
    view.hold()
    if (!leaving.signal.aborted) throw error
    return Number(leaving.signal.reason)
  }
}

/** Until it has ended; an interruption is a question, or the end of watching. */
async function watchHeld(
  ask: Ask,
  CommandId: string,
  view: RunView,
  leaving: AbortController,
  person: Person,
  surroundings: Surroundings,
): Promise<void> {
  const interruptions = new Interruptions(leaving, person, surroundings, {
    hold: () => view.hold(),
    cancel: async () => void (await ask((api) => api.ssm('CancelCommand', { CommandId }))),
  })
  try {
    await watch(ask, CommandId, view, surroundings, leaving.signal)
    await interruptions.settle()
  } finally {
    interruptions.forget()
  }
}

async function watch(
  ask: Ask,
  id: string,
  view: RunView,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  const names = new Map<string, string>()
  for await (const { nodeId, name } of readOutcomes(ask, id, false)) names.set(nodeId, name)
  const before = { total: names.size, completed: 0, failed: 0, left: [] }
  await followCommand(id, { ask, surroundings, signal, view, offline: undefined, names, before, lastAbsence: () => 0 })
}

async function report(
  ask: Ask,
  command: Command,
  only: ReadonlySet<string> | undefined,
  view: RunView,
  now: Date,
): Promise<number> {
  const { CommandId = '', RequestedDateTime: at, TimeoutSeconds = 0 } = command
  const groups = new OutcomeGroups()
  // Of one node the server is asked for that one: a command may have gone to ten thousand.
  const [onlyId] = only?.size === 1 ? only : []
  for await (const outcome of readOutcomes(ask, CommandId, true, onlyId)) {
    if (only?.has(outcome.nodeId) === false) continue
    groups.add(outcome)
    view.outcome(outcome)
  }
  if (groups.count === 0 && only !== undefined)
    throw new CliError(`Command ${CommandId} was not for ${[...only].join(', ')}.`)
  const status = exitStatusOf(groups, groups.count)
  const deliverBy = at === undefined ? undefined : new Date(at.getTime() + TimeoutSeconds * 1000)
  const isTooLate = deliverBy !== undefined && deliverBy <= now
  view.finish({ commandIds: [CommandId], groups, unsent: [], deliverBy, isTooLate, tookMs: undefined }, status)
  return status
}

function headline(command: Command): string {
  const { DocumentName = '', RequestedDateTime: at, StatusDetails = '', Comment = '' } = command
  const what = whatItDoes(command)
  const document = printable(what === DocumentName ? DocumentName : `${DocumentName}: ${what}`)
  return `${at === undefined ? '' : `${localTime(at)}  `}${StatusDetails}  ${document}${Comment && Comment !== what ? ` (${printable(Comment)})` : ''}\n`
}
