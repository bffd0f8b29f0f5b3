import { argon2id } from 'hash-wasm';
import type { Argon2idCost } from './kdf.ts';

/** Which implementation did the work. */
export type Argon2Engine = 'wasm' | 'js';

/** The smallest module there is: magic number and version. */
const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

/** Whether WebAssembly may be compiled here: a strict CSP or a hardened browser can forbid it. */
async function wasmAllowed(): Promise<boolean> {
  try {
    await WebAssembly.compile(EMPTY_MODULE);
    return true;
  } catch {
    return false;
  }
}

/** Which implementation this environment allows. */
export async function argon2Engine(): Promise<Argon2Engine> {
  return (await wasmAllowed()) ? 'wasm' : 'js';
}

/** Argon2id v1.3 (RFC 9106), 64 bytes. The pure JavaScript version is about four times slower. */
export async function argon2(
  engine: Argon2Engine,
  password: Uint8Array,
  salt: Uint8Array,
  { m, t, p }: Argon2idCost,
): Promise<Uint8Array> {
  if (engine === 'wasm') {
    return argon2id({
      password,
      salt,
      memorySize: m,
      iterations: t,
      parallelism: p,
      hashLength: 64,
      outputType: 'binary',
    });
  }
  const noble = await import('@noble/hashes/argon2.js');
  return noble.argon2id(password, salt, { m, t, p, dkLen: 64, version: 0x13 });
}
