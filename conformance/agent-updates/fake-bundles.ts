import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { FakeControlPlane } from '@fairlead/testkit/fake-control-plane'
import { signedText } from '@fairlead/wire/agent-bundle'

const target = 'Fairlead_20261101'

/** Has a control plane that the test holds hand out one version of the agent, in pieces of `pieceBytes`. */
export function handOut(server: FakeControlPlane, version: string, bundle: Uint8Array, pieceBytes = 64 * 1024): void {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const { platform, arch } = process
  const sha256 = createHash('sha256').update(bundle).digest('hex')
  const facts = { version, platform, arch, bytes: bundle.length, sha256 }
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  server.answers.set(`${target}.GetAgentSigningKey`, () => ({
    PublicKey: text(publicKey.export({ format: 'der', type: 'spki' })),
  }))
  server.answers.set(`${target}.GetAgentBundle`, () => ({
    Version: version,
    Platform: platform,
    Architecture: arch,
    Bytes: bundle.length,
    Sha256: sha256,
    Signature: text(sign(null, Buffer.from(signedText(facts)), privateKey)),
  }))
  server.answers.set(`${target}.GetAgentBundlePart`, ({ Offset }) => ({
    Content: text(bundle.subarray(Number(Offset), Number(Offset) + pieceBytes)),
  }))
}

/** A document that asks for the newest version. */
export const updateDocument = {
  schemaVersion: '2.2',
  mainSteps: [{ action: 'aws:updateSsmAgent', name: 'update', inputs: { targetVersion: '', allowDowngrade: 'false' } }],
}
