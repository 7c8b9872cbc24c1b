import { ApiError } from './api-error.ts'

/** What a person may do about a refusal of the server, as a line; empty when the refusal says it itself. */
export function apiHint(error: unknown): string {
  const refusal = refusalIn(error)
  if (refusal === undefined) return ''
  if (/^AccessDenied/.test(refusal.code)) {
    return refusal.requestId === undefined ? '' : `  Why: fairlead explain ${refusal.requestId}\n`
  }
  const [, hint = ''] = hints.find(([code]) => code.test(refusal.code)) ?? []
  return hint === '' ? '' : `  ${hint}\n`
}

/** For a code that is known by its name alone. */
export function documentHint(refusal: string): string {
  return /^InvalidDocument\b/.test(refusal) ? hintOfDocuments : ''
}

const hintOfDocuments = '"fairlead documents" shows those that there are.'

const hints: readonly (readonly [code: RegExp, hint: string])[] = [
  [/^ExpiredToken/, 'The credentials have expired: sign in again, or have new ones made.'],
  [
    /^(?:UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch)/,
    'These keys are not of this server. See AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_ENDPOINT_URL; on its machine: eval "$(fairlead env)"',
  ],
  [/^InvalidDocument$/, hintOfDocuments],
  [/^TargetNotConnected$/, '"fairlead nodes NODE" shows when it was last heard of.'],
]

function refusalIn(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error
  return error instanceof Error && error.cause !== undefined ? refusalIn(error.cause) : undefined
}
