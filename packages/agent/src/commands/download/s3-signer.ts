import { createHmac } from 'node:crypto'
import { hmacSigner, type RequestSigner } from '@fairlead/wire/sigv4'
import type { KeySource } from '../../identity/key-source.ts'

/**
 * Who signs requests to S3: the keys in the agent's own environment, or the node's role when S3 is the control plane
 * itself. Nobody else is shown the token of the role; then requests go unsigned, for what everybody may read.
 */
export async function s3Signer(
  environment: Readonly<Record<string, string>>,
  s3Endpoint: URL | undefined,
  controlPlane: URL,
  role: KeySource,
): Promise<RequestSigner | undefined> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = environment
  if (accessKeyId && secretAccessKey) {
    const sessionToken = AWS_SESSION_TOKEN || undefined
    return hmacSigner({ accessKeyId, secretAccessKey, sessionToken }, (key, text) =>
      createHmac('sha256', key).update(text).digest(),
    )
  }
  return s3Endpoint?.origin === controlPlane.origin ? role.signer() : undefined
}
