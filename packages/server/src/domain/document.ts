import type { ParameterValue } from '@fairlead/wire/parameter-value'
import type { PlatformType } from './managed-node.ts'

export type DocumentType = 'Command' | 'Session'

export interface DocumentParameter {
  readonly type: 'String' | 'StringList' | 'Boolean' | 'Integer' | 'StringMap' | 'MapList'
  readonly description?: string
  readonly default?: ParameterValue
  /** For consoles: one line, or several. */
  readonly displayType?: 'textfield' | 'textarea'
  /** With ENV_VAR scripts have it as `SSM_NAME` in their environment, where nothing of it is read as script. */
  readonly interpolationType?: 'RAW' | 'ENV_VAR'
  readonly allowedPattern?: string
  readonly allowedValues?: readonly string[]
  readonly minChars?: number
  readonly maxChars?: number
  readonly minItems?: number
  readonly maxItems?: number
}

export interface DocumentStep {
  readonly action: string
  readonly name: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly precondition?: Readonly<Record<string, readonly string[]>>
}

/** What the agent is given to run, as JSON (agents read no YAML). */
export interface DocumentContent {
  readonly schemaVersion: '1.2' | '2.0' | '2.2'
  readonly description?: string
  readonly parameters: Readonly<Record<string, DocumentParameter>>
  /** From 2.0 on. */
  readonly mainSteps?: readonly DocumentStep[]
  /** In 1.2: for each plugin its inputs, once or in a list. */
  readonly runtimeConfig?: Readonly<Record<string, { readonly properties: unknown }>>
}

/** A document of type Command, whoever owns it. */
export interface Document {
  readonly name: string
  readonly version: string
  readonly type: 'Command'
  readonly owner: 'Amazon' | 'Self'
  readonly platformTypes: readonly PlatformType[]
  readonly content: DocumentContent
}
