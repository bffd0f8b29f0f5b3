/** Texts of the pages. The English ones stand in the HTML too; a test keeps the two the same. */
export default {
  skip: 'Skip to the content',
  language: 'Language',
  more: 'More',
  navAccount: 'Your account',
  navProof: 'What left your browser',
  navEmbed: 'On your own site',
  navCollection: 'Signed collections',

  homeDocument: 'Notary: create an account',
  homeTitle: 'One account, no shared secret',
  homeLead:
    'Your password becomes a key here, in your browser. Only the public half ever leaves it.',
  point1: 'Nothing to steal',
  point1Text: 'The service keeps public keys. Whoever copies its database opens no account.',
  point2: 'Good for one use',
  point2Text: 'Elsewhere you show a signature made for one service and a few minutes.',
  point3: 'See for yourself',
  point3Text: 'Watch a sign-up with every request shown as it was sent.',
  haveAccount: 'Have an account?',
  signIn: 'Sign in',
  noAccount: 'No account yet?',
  createShort: 'Create one',
  confirmDocument: 'Notary: confirm',
  accountDocument: 'Notary: your account',

  proofDocument: 'Notary: what left your browser',
  proofLead:
    'A real sign-up. Each request appears below as it is sent. Then all of them are searched for your password and for every secret made from it.',
  proofRequests: 'What was sent',
  proofDiscovery: 'Asks how the service works. Nothing about you.',
  proofSalt:
    'Your address, and one point on a curve. Your password is blinded in it with a random number that stays here, so the point fits every password equally well.',
  proofSignup: 'Your public key, and a signature that proves you hold the private one.',
  proofInside: 'What is signed in it, readable:',
  proofOther: 'One more request of this page.',
  proofClean: 'No secret left this browser',
  proofCleanText:
    'None of these is anywhere in the {bytes} bytes that were sent, in whatever spelling:',
  proofLeak: 'A secret was sent',
  proofLeakText: 'This must never happen. Please tell the operator. Found:',
  proofControl:
    'To check the search itself it also looked for your address, which is meant to be sent. Requests it was found in: {count}.',
  proofUnsound:
    'The search did not even find your address, which is meant to be sent. Do not rely on it.',
  proofFiles:
    'Apart from that the page has loaded only its own files ({count}), all from {origin}.',
  proofForeign: 'The page has also connected to: {origins}.',
  secretPassword: 'the password ({count} spellings)',
  secretOprf: 'the password hardened with the service’s help ({count} spellings)',
  secretArgon2id: 'what Argon2id makes of both ({count} spellings)',
  secretKey: 'the private key ({count} spellings)',
  proofBrowser:
    'Your browser adds headers of its own, such as Origin and User-Agent. It adds them without knowing the password. The network tab of its developer tools shows the same requests.',

  embedDocument: 'Notary: on your own site',
  embedTitle: 'Sign-up on your own site',
  embedLead:
    "Ten lines. The key is made in the visitor's browser there too, and your server never sees a password.",
  embedPaste: 'Paste this',
  embedOperator: 'What the operator does',
  embedOperatorText: 'Adds your origin to NOTARY_ALLOWED_ORIGINS.',
  embedPolicy: 'What your Content-Security-Policy allows',
  embedTrust: 'What you answer for',
  embedTrustText:
    'Scripts of your page can read what is typed into it. Load none that you do not trust with a password.',
  embedLooks: 'It takes on your looks',
  embedParts:
    'Set the --notary-* variables, or reach a piece with ::part(). Listen for notary-sent, notary-confirmed and notary-unlocked.',

  collectionDocument: 'Notary: signed collections',
  collectionTitle: 'Is this collection genuine?',
  collectionLead:
    'Pulls the records of a signing service and checks their signature here, in your browser.',
  server: 'Signing service',
  bucket: 'Bucket',
  collection: 'Collection',
  trustedKey: 'Public key you trust (optional)',
  verify: 'Pull and verify',
  pulling: 'Pulling and checking …',
  genuine: 'Genuine',
  genuineText: 'All records ({count}) are exactly as they were signed.',
  forged: 'Not genuine',
  forgedText: 'The records are not what was signed. Do not use them.',
  strangerText: 'These records are signed, but not with the key you trust. Do not use them.',
  keyUnknown: 'The key came from the same service. Give one you trust to know who signed.',
  keyTrusted: 'Signed with the key you trust.',
  keyFingerprint: 'Key: {fingerprint}',
  tamper: 'Change one byte and check again',
  tampered: 'One byte of the signed data was changed on this page.',
  unsigned: 'This collection has no signature that this page can check.',
  noPublicKey: 'The signature names no public key. Give the one you trust.',
  badKey: 'This is not a P-384 public key in base64 or PEM.',
  unreachable:
    'The service cannot be reached, or this page may not talk to it. Allowed here: {origins}',
  nobody: 'none',
  missingFields: 'Give the service, a bucket and a collection.',
  payload: 'What was signed',
};
