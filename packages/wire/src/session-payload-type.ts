/** What a payload of input_stream_data or output_stream_data is. Types 1, 11 and 12 are raw bytes, 10 a word, the others JSON. */
export const payloadTypes = {
  /** Bytes of the session, both ways: keys, output, TCP, smux. There is no type of its own for stdin. */
  output: 1,
  error: 2,
  size: 3,
  parameter: 4,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  challengeRequest: 8,
  challengeResponse: 9,
  flag: 10,
  standardError: 11,
  /** Text such as `EXIT_CODE: 5`, which Amazon's client prints. */
  exitCode: 12,
} as const

export type PayloadType = (typeof payloadTypes)[keyof typeof payloadTypes]

/** The frame types of a data channel. Others are passed on by nobody. */
export const dataMessageTypes = {
  toAgent: ['input_stream_data', 'acknowledge', 'channel_closed', 'pause_publication', 'start_publication'],
  fromAgent: ['output_stream_data', 'acknowledge', 'agent_session_state'],
  toClient: ['output_stream_data', 'acknowledge', 'channel_closed', 'pause_publication', 'start_publication'],
  fromClient: ['input_stream_data', 'acknowledge'],
} as const

/** The two frame types that are numbered, acknowledged and sent again. */
export type StreamMessageType = 'input_stream_data' | 'output_stream_data'
