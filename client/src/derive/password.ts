/** The longest password whose length still fits I2OSP(len, 2), in bytes. */
const MAX_BYTES = 65_535;

/** Why a text cannot be a password at all; `null` when it can. */
export function passwordProblem(password: string): 'password_invalid' | null {
  // A lone surrogate has no UTF-8: browsers would silently replace it, and two passwords become one.
  if (/\p{Surrogate}/u.test(password)) return 'password_invalid';
  return passwordBytes(password).length > MAX_BYTES ? 'password_invalid' : null;
}

/** UTF-8 of NFKC(password), nothing trimmed. */
export function passwordBytes(password: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(password.normalize('NFKC'));
}

/** The length people are told about: code points after NFKC. */
export function passwordLength(password: string): number {
  return [...password.normalize('NFKC')].length;
}
