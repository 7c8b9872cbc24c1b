import { randomUUID } from 'node:crypto'
import type { ApiClient } from '@fairlead/testkit/api-client'
import { eventually } from '@fairlead/testkit/eventually'

/** What a node made of one step. */
export interface StepOutcome {
  readonly step: string
  readonly status: string
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** What a node made of a command. */
export interface NodeOutcome {
  readonly status: string
  readonly steps: readonly StepOutcome[]
}

export interface Order {
  readonly mainSteps: readonly unknown[]
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly given?: Readonly<Record<string, string[]>>
}

const over = ['Success', 'Failed', 'TimedOut', 'Cancelled']

/** Makes documents on a server and sends them to some of its nodes. */
export class DocumentNodes {
  readonly #root: ApiClient
  /** Names of the nodes for the tests, by their ids. */
  readonly #nodes: ReadonlyMap<string, string>

  constructor(root: ApiClient, nodes: ReadonlyMap<string, string>) {
    this.#root = root
    this.#nodes = nodes
  }

  /** Answers the name of a new document. */
  async create({ mainSteps, parameters }: Order, Name = `Test-${randomUUID()}`): Promise<string> {
    const content = { schemaVersion: '2.2', ...(parameters === undefined ? {} : { parameters }), mainSteps }
    const Content = JSON.stringify(content)
    await this.#root.call('ssm', 'CreateDocument', { Name, DocumentType: 'Command', DocumentFormat: 'JSON', Content })
    return Name
  }

  /** Sends a document that is there already. Answers the command's id. */
  async sendNamed(DocumentName: string, Parameters: Readonly<Record<string, string[]>> = {}): Promise<string> {
    const InstanceIds = [...this.#nodes.keys()]
    const { Command } = await this.#root.call('ssm', 'SendCommand', { DocumentName, InstanceIds, Parameters })
    return Command?.CommandId ?? ''
  }

  /** Makes a document and sends it. Answers the command's id. */
  async send(order: Order): Promise<string> {
    return this.sendNamed(await this.create(order), order.given)
  }

  /** Sends a document to every node and waits until each has ended; by the nodes' names. */
  async run(order: Order): Promise<ReadonlyMap<string, NodeOutcome>> {
    return this.endOf(await this.send(order))
  }

  async endOf(CommandId: string): Promise<ReadonlyMap<string, NodeOutcome>> {
    const ends = [...this.#nodes].map(async ([InstanceId, name]) => {
      const ended = await eventually(
        async () => {
          const { CommandInvocations: [invocation] = [] } = await this.#root.call('ssm', 'ListCommandInvocations', {
            CommandId,
            InstanceId,
            Details: true,
          })
          return over.includes(invocation?.Status ?? '') ? invocation : undefined
        },
        `the end of ${CommandId} on ${name}`,
        40_000,
      )
      const steps = (ended.CommandPlugins ?? []).map(async ({ Name: PluginName = '' }) => {
        const input = { CommandId, InstanceId, PluginName }
        const step = await this.#root.call('ssm', 'GetCommandInvocation', input)
        return {
          step: PluginName,
          status: step.Status ?? '',
          code: step.ResponseCode ?? Number.NaN,
          stdout: step.StandardOutputContent ?? '',
          stderr: step.StandardErrorContent ?? '',
        }
      })
      return [name, { status: ended.Status ?? '', steps: await Promise.all(steps) }] as const
    })
    return new Map(await Promise.all(ends))
  }
}
