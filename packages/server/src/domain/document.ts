import type { ParameterValue } from '@fairlead/wire/parameter-value'
import type { PlatformType } from './managed-node.ts'

export type DocumentType = 'Command' | 'Session'

export interface DocumentParameter {
  readonly type: 'String' | 'StringList' | 'Boolean' | 'Integer' | 'StringMap' | 'MapList'
  readonly description?: string
  readonly default?: ParameterValue
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

/** What the agent is given to run: schema 2.2, as JSON (agents read no YAML). */
export interface DocumentContent {
  readonly schemaVersion: '2.2'
  readonly description: string
  readonly parameters: Readonly<Record<string, DocumentParameter>>
  readonly mainSteps: readonly DocumentStep[]
}

export interface Document {
  readonly name: string
  readonly version: string
  readonly type: DocumentType
  readonly owner: 'Amazon' | 'Self'
  readonly platformTypes: readonly PlatformType[]
  readonly content: DocumentContent
}
