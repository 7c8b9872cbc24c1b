import type { AnyOperation } from '../operation.ts'
import { createKey } from './create-key.ts'
import { decryptOperation } from './decrypt.ts'
import { describeKey } from './describe-key.ts'
import { encryptOperation } from './encrypt.ts'
import { generateDataKey } from './generate-data-key.ts'
import { generateDataKeyWithoutPlaintext } from './generate-data-key-without-plaintext.ts'

export const kmsOperations: readonly AnyOperation[] = [
  createKey,
  decryptOperation,
  describeKey,
  encryptOperation,
  generateDataKey,
  generateDataKeyWithoutPlaintext,
]
