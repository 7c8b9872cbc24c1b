/**
 * What servers, agents and clients say on a data channel, and the message on a control channel that begins a session.
 *
 * As on the control channel every `decode…` is strict about what it needs, bounds what it takes, ignores what it doesn't
 * know, and throws a MessageError. Names and odd cases are those of amazon-ssm-agent 3.2.2303.0 and session-manager-plugin
 * 1.2.677.0 on the wire; the challenge in the encryption context came with agent 3.3.
 */
export { type ChannelClosed, decodeChannelClosed, encodeChannelClosed } from './agent-task.ts'
export { MessageError } from './message-members.ts'
export * from './session-acknowledge.ts'
export * from './session-challenge.ts'
export * from './session-content.ts'
export * from './session-document.ts'
export * from './session-flag.ts'
export * from './session-frame.ts'
export * from './session-handshake.ts'
export * from './session-handshake-response.ts'
export * from './session-open.ts'
export * from './session-payload-type.ts'
export * from './session-size.ts'
export * from './session-state.ts'
