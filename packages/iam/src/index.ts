export { type CompiledPolicy, compilePolicy, type PolicyLabel } from './compiled-policy.ts'
export {
  type Context,
  type ContextLayer,
  type ContextRecord,
  type ContextValue,
  contextLayer,
  contextOf,
  type KeyLayer,
  layered,
  type OneOf,
} from './context.ts'
export { contextKeysOf } from './context-keys.ts'
export { type AccessRequest, type Decision, decide, decideMany, type ResourceRequest } from './decide.ts'
export { type DeniedRequest, denialMessage } from './denial-message.ts'
export type { ConditionElement, PatternElement, PolicyDocument, PrincipalElement, Statement } from './document.ts'
export { MalformedPolicy, type Place } from './malformed-policy.ts'
export { parsePolicy } from './parse-policy.ts'
export { kindRules, type PolicyKind, policySize } from './policy-kind.ts'
export type { PolicySet, PolicyType } from './policy-set.ts'
export { type Principal, principalOf } from './principal.ts'
export { readPolicy } from './read-policy.ts'
export type { Mismatch, Reason } from './reason.ts'
export { type Position, type StatementSpan, statementSpans } from './statement-spans.ts'
export { tagLayer } from './tag-layer.ts'
