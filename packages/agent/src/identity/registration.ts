import { join } from 'node:path'
import type { ControlPlane } from '../api/control-plane.ts'
import { writeDurably } from '../disk/durable-file.ts'
import { readObject } from '../disk/read-text.ts'
import { makeKeyPair } from './key-pair.ts'

/** What makes this node the node it is. */
export interface Registration {
  readonly nodeId: string
  readonly region: string
  /** A UUID made once; the server hands out tokens to the node that shows it. */
  readonly fingerprint: string
  readonly privateKey: string
  /** A key that the server was offered and may have accepted already. */
  readonly nextPrivateKey?: string
}

export interface Activation {
  readonly id: string
  readonly code: string
}

/** The node ids of AWS's models that can name a file: `mi-` or `i-` and hex digits. */
const nodeIdPattern = /^m?i-[0-9a-zA-Z]{8,64}$/

export function readRegistration(stateDirectory: string): Registration | undefined {
  const path = registrationFile(stateDirectory)
  const stored = readObject(path)
  if (stored === undefined) return undefined
  const { nodeId, region, fingerprint, privateKey, nextPrivateKey } = stored
  if (
    typeof nodeId !== 'string' ||
    typeof region !== 'string' ||
    typeof fingerprint !== 'string' ||
    typeof privateKey !== 'string'
  ) {
    throw new Error(`${path} is damaged. Remove it and register the node again with a new activation.`)
  }
  return { nodeId, region, fingerprint, privateKey, ...(typeof nextPrivateKey === 'string' ? { nextPrivateKey } : {}) }
}

export async function saveRegistration(stateDirectory: string, registration: Registration): Promise<void> {
  await writeDurably(registrationFile(stateDirectory), JSON.stringify(registration))
}

/** Turns an activation into a node. Throws ApiError when the server does not accept it. */
export async function register(
  stateDirectory: string,
  activation: Activation,
  controlPlane: ControlPlane,
  fingerprint: string,
): Promise<Registration> {
  const keys = await makeKeyPair()
  const output = await controlPlane.callSsm(
    'RegisterManagedInstance',
    {
      ActivationId: activation.id,
      ActivationCode: activation.code,
      Fingerprint: fingerprint,
      PublicKey: keys.publicKey,
      PublicKeyType: 'Rsa',
    },
    undefined,
  )
  const nodeId = output['InstanceId']
  if (typeof nodeId !== 'string' || !nodeIdPattern.test(nodeId)) {
    throw new Error('The server registered the node under a name that is no node id.')
  }
  const registration = { nodeId, region: controlPlane.endpoint.region, fingerprint, privateKey: keys.privateKey }
  await saveRegistration(stateDirectory, registration)
  return registration
}

function registrationFile(stateDirectory: string): string {
  return join(stateDirectory, 'registration.json')
}
