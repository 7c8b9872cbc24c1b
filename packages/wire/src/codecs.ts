import { type OperationCodec, operationCodecs } from './operation-codec.ts'
import { type RestRoute, restRoutes } from './rest-route.ts'
import { type Protocol, type ServiceId, serviceIds, serviceModel } from './service-models.ts'
import type { ItemStyle } from './validate.ts'

/** How one service's requests are read and its answers written. */
export interface ServiceCodec {
  readonly service: ServiceId
  readonly protocol: Protocol
  readonly signingName: string
  /** What may stand before the dot in `X-Amz-Target`; empty unless the protocol is json. */
  readonly targetPrefixes: readonly string[]
  readonly apiVersion: string
  /** Content type of every successful answer. */
  readonly contentType: string
  readonly operationNames: readonly string[]
  /** The operation of a method and a path, with what the path carries; rest-json alone has them. */
  route(method: string, path: string): RestRoute | undefined
  /** The operation of that exact name; undefined where the service has none. */
  operation(name: string): OperationCodec | undefined
}

const contentTypes: Readonly<Record<Protocol, string>> = {
  json: 'application/x-amz-json-1.1',
  'rest-json': 'application/json',
  query: 'text/xml',
  'rest-channel': 'text/xml',
}

// As seen in AWS's own texts of ssm, iam and sts; the others follow ssm.
const itemStyles: Readonly<Record<ServiceId, ItemStyle>> = {
  ssm: 'container',
  iam: 'container',
  sts: 'container',
  kms: 'container',
  'resource-groups': 'container',
  ec2messages: 'container',
  ssmmessages: 'container',
  fairlead: 'container',
}

function serviceCodec(service: ServiceId): ServiceCodec {
  const model = serviceModel(service)
  const { protocol, signingName, targetPrefixes, apiVersion } = model.metadata
  return {
    service,
    protocol,
    signingName,
    targetPrefixes,
    apiVersion,
    contentType: contentTypes[protocol],
    operationNames: Object.keys(model.operations),
    route: protocol === 'rest-json' ? restRoutes(model) : () => undefined,
    operation: operationCodecs(model, itemStyles[service]),
  }
}

/** Every service that is spoken here. What an operation needs is compiled when it is first used. */
export const codecs: Readonly<Record<ServiceId, ServiceCodec>> = Object.fromEntries(
  serviceIds.map((service) => [service, serviceCodec(service)]),
) as Record<ServiceId, ServiceCodec>
