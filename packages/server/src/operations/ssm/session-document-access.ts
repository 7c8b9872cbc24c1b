import type { StartSessionRequest } from '@fairlead/wire/model/generated/ssm'
import { documentArn } from '../../domain/arn.ts'
import { documentName } from '../../domain/document-catalogue.ts'
import type { Scope } from '../../domain/scope.ts'
import { preferencesName } from '../../domain/session-document.ts'
import type { AccessCheck } from '../operation.ts'
import { nodeCheck } from './node-selection.ts'

const key = 'ssm:SessionDocumentAccessCheck'

/**
 * What the key looks like when a document is named: Allow statements may ask for either value, of which
 * `false` has no effect; Deny statements see that it is so (authorization reference, 2.5).
 */
const named = { context: { [key]: { oneOf: ['true', 'false'] } }, denyContext: { [key]: 'true' } }
const unnamed = { context: { [key]: 'false' }, denyContext: { [key]: 'false' } }
/** What the default document needs when it is named: a statement that would let the caller in without naming it. */
const asIfUnnamed = { ...unnamed, denyContext: named.denyContext }

/**
 * What StartSession touches (design D4): the node, and the document when one is named. The default document
 * need not be allowed when it is not named, nor when it is named by who need not have named it; a denial of
 * it counts in any case.
 */
export function sessionChecks({ Target, DocumentName }: StartSessionRequest, scope: Scope): readonly AccessCheck[] {
  const node = nodeCheck(Target, scope)
  if (DocumentName === undefined) {
    const asked = { ...node, ...unnamed }
    return [asked, { ...documentCheck(preferencesName, scope), ...unnamed, alternatives: [asked] }]
  }
  const name = documentName(DocumentName)
  const document = { ...documentCheck(name, scope), ...named }
  const alternatives = [{ ...node, ...asIfUnnamed }]
  return [name === preferencesName ? { ...document, alternatives } : document, { ...node, ...named }]
}

function documentCheck(name: string, scope: Scope): AccessCheck {
  return { resource: documentArn(scope, name), document: name }
}
