import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { AesGcm } from '@fairlead/wire/kms-envelope'

const tagBytes = 16

/** AES-256-GCM by Node's own cryptography. */
export const aesGcm: AesGcm = {
  seal(key, nonce, plaintext) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
  },
  open(key, nonce, sealed) {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    decipher.setAuthTag(sealed.subarray(-tagBytes))
    return Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()])
  },
}
