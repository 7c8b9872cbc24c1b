import { type ClientOperation, clientOperation, clientToolkitOf } from './client-operation.ts'
import { type ClientRequest, clientRequest } from './client-request.ts'
import { mergeModels } from './model/merge-models.ts'
import type { Model } from './model/model.ts'
import type { InputOf, Operations, OutputOf } from './model/operations.ts'

/** What a client says to one service: the tables of no other are loaded for it, and nothing that only servers use. */
export interface ServiceClient<S extends ClientServiceId> {
  /**
   * The request for one operation.
   *
   * @throws EncodeError when the input lacks a required member or has one that the model does not.
   */
  request<O extends keyof Operations[S] & string>(operation: O, input: InputOf<S, O>): ClientRequest

  /**
   * The output in a successful answer of a JSON service. Members that the model does not know are ignored; bounds are not
   * checked.
   *
   * @throws WireError SerializationException when the body is not what the model says.
   */
  output<O extends keyof Operations[S] & string>(operation: O, body: Uint8Array): OutputOf<S, O>
}

/** Services that `fairlead` asks for people. */
export type ClientServiceId = 'ssm' | 'iam' | 'sts' | 'kms' | 'fairlead'

// Written out one by one: what is imported must be seen without running it.
const models: Readonly<Record<ClientServiceId, () => Promise<Model>>> = {
  ssm: async () => {
    const [ssm, agent] = await Promise.all([
      import('./model/generated/ssm.json', { with: { type: 'json' } }),
      import('./model/own/ssm-agent.json', { with: { type: 'json' } }),
    ])
    return mergeModels(modelIn(ssm), modelIn(agent))
  },
  iam: async () => modelIn(await import('./model/generated/iam.json', { with: { type: 'json' } })),
  sts: async () => modelIn(await import('./model/generated/sts.json', { with: { type: 'json' } })),
  kms: async () => modelIn(await import('./model/generated/kms.json', { with: { type: 'json' } })),
  fairlead: async () => modelIn(await import('./model/own/fairlead.json', { with: { type: 'json' } })),
}

function modelIn(module: { readonly default: unknown }): Model {
  return module.default as Model
}

/** Loads what a client of that service needs. Each operation is compiled when it is first asked for. */
export async function serviceClient<S extends ClientServiceId>(service: S): Promise<ServiceClient<S>> {
  const model = await models[service]()
  const toolkit = clientToolkitOf(model)
  const compiled = new Map<string, ClientOperation>()
  const operationOf = (name: string): ClientOperation => {
    const known = compiled.get(name)
    if (known) return known
    const operation = Object.hasOwn(model.operations, name) ? model.operations[name] : undefined
    if (!operation) throw new TypeError(`${service} has no operation ${name}`)
    const made = clientOperation(name, operation, toolkit)
    compiled.set(name, made)
    return made
  }
  return {
    request: (name, input) => clientRequest(model.metadata, name, operationOf(name), input),
    output: <O extends keyof Operations[S] & string>(name: O, body: Uint8Array) =>
      operationOf(name).decodeOutput(body) as OutputOf<S, O>,
  }
}
