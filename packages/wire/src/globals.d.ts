// The few names that Node and browsers share and that this package uses. It is compiled without the
// types of either, so that nothing else of them can creep in.

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(bytes?: Uint8Array | ArrayBuffer): string
}

/** Base64 of a string whose characters are bytes. */
declare function btoa(bytes: string): string

/** The bytes of a base64 text, one character each. */
declare function atob(text: string): string
