import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { signedText } from '@fairlead/wire/agent-bundle'
import type { BundleCalls, OfferedBundle } from '../api/bundle-calls.ts'
import { writeDurably } from '../disk/durable-file.ts'
import { readText } from '../disk/read-text.ts'

/**
 * The key whose signature this node believes on versions of the agent: learnt from the server once, and kept.
 * Throws an Error when what is kept is no key, ApiError or the network's error when it cannot be learnt.
 */
export async function pinnedSigningKey(
  stateDirectory: string,
  calls: Pick<BundleCalls, 'signingKey'>,
): Promise<KeyObject> {
  const path = fileIn(stateDirectory)
  const kept = readText(path)
  if (kept !== undefined) return keyOf(Buffer.from(kept.trim(), 'base64'), path)
  const learnt = await calls.signingKey()
  const key = keyOf(learnt, 'the answer of the server')
  await writeDurably(path, `${Buffer.from(learnt).toString('base64')}\n`)
  return key
}

export function hasPinnedKey(stateDirectory: string): boolean {
  return existsSync(fileIn(stateDirectory))
}

/** Whether whoever has the key vouches for the facts of a bundle. */
export function isVouchedFor({ facts, signature }: OfferedBundle, key: KeyObject): boolean {
  return verify(null, Buffer.from(signedText(facts)), key, signature)
}

function fileIn(stateDirectory: string): string {
  return join(stateDirectory, 'agent-signing-key')
}

function keyOf(der: Uint8Array, place: string): KeyObject {
  try {
    const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (cause) {
    throw new Error(`There is no key that signs versions of the agent in ${place}.`, { cause })
  }
  throw new Error(`The key in ${place} is not of the kind that signs versions of the agent.`)
}
