import { MalformedPolicy, type PolicyDocument, type PolicyKind, parsePolicy } from '@fairlead/iam'
import { ServiceError } from '../../domain/error.ts'

/**
 * Checks a policy before it is stored, and answers what it says.
 *
 * @param tooLong what to say when it exceeds the quota of its kind
 */
export function checkDocument(document: string, kind: PolicyKind, tooLong: string): PolicyDocument {
  try {
    return parsePolicy(document, kind)
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error
    if (error.fault === 'too long') throw new ServiceError('LimitExceeded', tooLong, { cause: error })
    throw new ServiceError('MalformedPolicyDocument', withPlace(error), { cause: error })
  }
}

/** AWS does not say where; a person who wrote two hundred lines wants to know. */
function withPlace({ message, place }: MalformedPolicy): string {
  return place.path === '' ? message : `${message} (at ${place.path})`
}

/** IAM answers with documents percent-encoded by RFC 3986 (GetUserPolicy reference). */
export function encodedDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
