import { type Command, errorsIn } from '../domain/command.ts'
import { concurrencyOf, stoppedByErrors } from '../domain/rate-control.ts'
import type { CommandStore } from '../store/command-store.ts'

/** What delivery has to know of a command. Nothing of it changes but `stopped`, and that only once. */
export interface CommandPlan {
  readonly commandId: string
  readonly content: string
  /** How many nodes may have it at one time; undefined when all of them may. */
  readonly concurrency: number | undefined
  /** More errors than allowed: nobody gets it any more. */
  stopped: boolean
}

const kept = 200

/** Plans of the commands that are being delivered; those not asked for longest are dropped and read again. */
export class CommandPlans {
  readonly #commands: CommandStore
  readonly #plans = new Map<string, CommandPlan>()

  constructor(commands: CommandStore) {
    this.#commands = commands
  }

  /** Those met lately are there at once. */
  known(commandId: string): CommandPlan | undefined {
    return this.#plans.get(commandId)
  }

  async find(commandId: string): Promise<CommandPlan | undefined> {
    const known = this.#plans.get(commandId)
    if (known) return known
    const command = await this.#commands.findCommand(commandId)
    const content = await this.#commands.findContent(commandId)
    if (!command || content === undefined) return undefined
    // Somebody may have asked for the same one meanwhile: there must be one plan of a command.
    const plan = this.#plans.get(commandId) ?? planOf(command, content)
    this.#plans.set(commandId, plan)
    this.#dropOldest()
    return plan
  }

  #dropOldest(): void {
    for (const commandId of this.#plans.keys()) {
      if (this.#plans.size <= kept) return
      this.#plans.delete(commandId)
    }
  }
}

function planOf(command: Command, content: string): CommandPlan {
  const { commandId, counts, maxConcurrency, maxErrors } = command
  const concurrency = concurrencyOf(maxConcurrency, counts.target)
  return {
    commandId,
    content,
    concurrency: concurrency < counts.target ? concurrency : undefined,
    stopped: stoppedByErrors(maxErrors, counts.target, errorsIn(counts)),
  }
}
