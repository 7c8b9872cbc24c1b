import type { Document } from './document.ts'
import { awsRunDocument } from './documents/aws-run-document.ts'
import { awsRunPowerShellScript } from './documents/aws-run-powershell-script.ts'
import { awsRunRemoteScript } from './documents/aws-run-remote-script.ts'
import { awsRunShellScript } from './documents/aws-run-shell-script.ts'
import { awsStartInteractiveCommand } from './documents/aws-start-interactive-command.ts'
import { awsStartNonInteractiveCommand } from './documents/aws-start-non-interactive-command.ts'
import { awsStartPortForwardingSession } from './documents/aws-start-port-forwarding-session.ts'
import { awsStartPortForwardingSessionToRemoteHost } from './documents/aws-start-port-forwarding-session-to-remote-host.ts'
import { awsStartSshSession } from './documents/aws-start-ssh-session.ts'
import { awsUpdateSsmAgent } from './documents/aws-update-ssm-agent.ts'
import type { OwnedSessionDocument } from './session-document.ts'

/** A document that every account has, owned by Amazon in AWS's terms. There is one version of each. */
export type OwnedDocument = Document | OwnedSessionDocument

const commands: ReadonlyMap<string, Document> = new Map(
  [awsRunShellScript, awsRunPowerShellScript, awsRunRemoteScript, awsRunDocument, awsUpdateSsmAgent].map((document) => [
    document.name,
    document,
  ]),
)

const owned: ReadonlyMap<string, OwnedDocument> = new Map(
  [
    ...commands.values(),
    awsStartInteractiveCommand,
    awsStartNonInteractiveCommand,
    awsStartPortForwardingSession,
    awsStartPortForwardingSessionToRemoteHost,
    awsStartSshSession,
  ].map((document): [string, OwnedDocument] => [document.name, document]),
)

/** On AWS these are of schema 1.2, where a step has no name but that of its plugin. */
const ofSchema12: ReadonlySet<string> = new Set([
  awsRunShellScript.name,
  awsRunPowerShellScript.name,
  awsUpdateSsmAgent.name,
])

/** Whether callers know the document's steps by their plugins, as `aws:runShellScript`, and not by names of their own. */
export function namesStepsByPlugin(documentName: string): boolean {
  return ofSchema12.has(documentName)
}

export function ownedDocument(name: string): OwnedDocument | undefined {
  return owned.get(name)
}

/** In the order of their names. */
export function ownedDocuments(): readonly OwnedDocument[] {
  return [...owned.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * Finds a document for commands by name, or by ARN when it names one of ours.
 *
 * @param version `$DEFAULT`, `$LATEST`, a number, or nothing for the default
 * @returns 'no-version' when the document is there and the version is not
 */
export function findDocument(name: string, version: string | undefined): Document | 'no-version' | undefined {
  const document = commands.get(documentName(name))
  if (!document) return undefined
  if (version === undefined || version === '$DEFAULT' || version === '$LATEST') return document
  return version === document.version ? document : 'no-version'
}

/** `arn:aws:ssm:R::document/AWS-RunShellScript` names the same document as its last part. */
export function documentName(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn
}
