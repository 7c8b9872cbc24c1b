import { decodeCommandContent } from '@fairlead/wire/command-content'
import type { Command } from '../../domain/command.ts'
import type { DocumentStep } from '../../domain/document.ts'
import { findDocument } from '../../domain/document-catalogue.ts'
import { stepsOfDocument } from '../../domain/document-steps.ts'
import type { CommandStore } from '../../store/command-store.ts'

/** The steps that nodes were sent, in order: those of the document as it was when the command was requested. */
export async function stepsOf(
  command: Command,
  commands: CommandStore,
): Promise<readonly { readonly step: string; readonly plugin: string }[]> {
  // Documents that come with the product do not change under a command.
  const owned = findDocument(command.documentName, undefined)
  if (owned && owned !== 'no-version') return stepsOfDocument(owned.content).map(nameOf)
  const content = await commands.findContent(command.commandId)
  if (content === undefined) return []
  // Written by SendCommand from a DocumentContent.
  return stepsOfDocument(decodeCommandContent(content).documentContent).map(nameOf)
}

function nameOf({ name, action }: DocumentStep): { readonly step: string; readonly plugin: string } {
  return { step: name, plugin: action }
}
