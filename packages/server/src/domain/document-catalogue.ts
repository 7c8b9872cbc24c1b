import type { Document } from './document.ts'
import { awsRunPowerShellScript } from './documents/aws-run-powershell-script.ts'
import { awsRunShellScript } from './documents/aws-run-shell-script.ts'

/** The documents that every account has, owned by Amazon in AWS's terms. */
const owned: ReadonlyMap<string, Document> = new Map(
  [awsRunShellScript, awsRunPowerShellScript].map((document) => [document.name, document]),
)

/**
 * Finds a document by name, or by ARN when it names one of ours.
 *
 * @param version `$DEFAULT`, `$LATEST`, a number, or nothing for the default
 * @returns 'no-version' when the document is there and the version is not
 */
export function findDocument(name: string, version: string | undefined): Document | 'no-version' | undefined {
  const document = owned.get(documentName(name))
  if (!document) return undefined
  if (version === undefined || version === '$DEFAULT' || version === '$LATEST') return document
  return version === document.version ? document : 'no-version'
}

/** `arn:aws:ssm:R::document/AWS-RunShellScript` names the same document as its last part. */
export function documentName(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn
}
