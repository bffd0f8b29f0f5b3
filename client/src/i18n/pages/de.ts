import type { PageTexts } from '../page-texts.ts';

export default {
  skip: 'Zum Inhalt',
  language: 'Sprache',
  more: 'Mehr',
  navAccount: 'Ihr Konto',
  navProof: 'Was Ihren Browser verließ',
  navEmbed: 'Auf Ihrer eigenen Seite',
  navCollection: 'Signierte Sammlungen',

  homeDocument: 'Notary: Konto anlegen',
  homeTitle: 'Ein Konto ohne geteiltes Geheimnis',
  homeLead:
    'Ihr Passwort wird hier in Ihrem Browser zu einem Schlüssel. Nur die öffentliche Hälfte verlässt ihn.',
  point1: 'Nichts zu stehlen',
  point1Text:
    'Der Dienst verwahrt öffentliche Schlüssel. Wer seine Datenbank kopiert, öffnet damit kein Konto.',
  point2: 'Gut für ein Mal',
  point2Text:
    'Anderswo zeigen Sie eine Unterschrift, die für einen Dienst und wenige Minuten gilt.',
  point3: 'Sehen Sie selbst',
  point3Text: 'Eine Anmeldung, bei der jede Anfrage so gezeigt wird, wie sie gesendet wurde.',
  haveAccount: 'Schon ein Konto?',
  signIn: 'Anmelden',
  noAccount: 'Noch kein Konto?',
  createShort: 'Eines anlegen',
  confirmDocument: 'Notary: bestätigen',
  accountDocument: 'Notary: Ihr Konto',

  proofDocument: 'Notary: was Ihren Browser verließ',
  proofLead:
    'Eine echte Anmeldung. Jede Anfrage erscheint unten, wie sie gesendet wird. Danach werden alle nach Ihrem Passwort und jedem daraus gemachten Geheimnis durchsucht.',
  proofRequests: 'Was gesendet wurde',
  proofDiscovery: 'Fragt, wie der Dienst arbeitet. Nichts über Sie.',
  proofSalt:
    'Ihre Adresse und ein Punkt auf einer Kurve. Ihr Passwort ist darin mit einer Zufallszahl verhüllt, die hier bleibt; der Punkt passt deshalb zu jedem Passwort gleich gut.',
  proofSignup:
    'Ihr öffentlicher Schlüssel und eine Unterschrift, die beweist, dass Sie den privaten haben.',
  proofInside: 'Was darin unterschrieben ist, lesbar:',
  proofOther: 'Eine weitere Anfrage dieser Seite.',
  proofClean: 'Kein Geheimnis hat diesen Browser verlassen',
  proofCleanText:
    'Nichts davon steht in den {bytes} gesendeten Bytes, in welcher Schreibweise auch immer:',
  proofLeak: 'Ein Geheimnis wurde gesendet',
  proofLeakText: 'Das darf nie geschehen. Bitte sagen Sie es dem Betreiber. Gefunden:',
  proofControl:
    'Um die Suche selbst zu prüfen, suchte sie auch Ihre Adresse, die gesendet werden soll. Anfragen, in denen sie stand: {count}.',
  proofUnsound:
    'Die Suche fand nicht einmal Ihre Adresse, die gesendet werden soll. Verlassen Sie sich nicht auf sie.',
  proofFiles: 'Sonst hat die Seite nur ihre eigenen Dateien geladen ({count}), alle von {origin}.',
  proofForeign: 'Die Seite hat sich auch verbunden mit: {origins}.',
  secretPassword: 'das Passwort ({count} Schreibweisen)',
  secretOprf: 'das mit Hilfe des Dienstes gehärtete Passwort ({count} Schreibweisen)',
  secretArgon2id: 'was Argon2id aus beiden macht ({count} Schreibweisen)',
  secretKey: 'der private Schlüssel ({count} Schreibweisen)',
  proofBrowser:
    'Ihr Browser fügt eigene Kopfzeilen hinzu, etwa Origin und User-Agent. Er tut das, ohne das Passwort zu kennen. Die Netzwerkansicht seiner Entwicklerwerkzeuge zeigt dieselben Anfragen.',

  embedDocument: 'Notary: auf Ihrer eigenen Seite',
  embedTitle: 'Anmeldung auf Ihrer eigenen Seite',
  embedLead:
    'Zehn Zeilen. Auch dort entsteht der Schlüssel im Browser der Besucher, und Ihr Server sieht nie ein Passwort.',
  embedPaste: 'Fügen Sie dies ein',
  embedOperator: 'Was der Betreiber tut',
  embedOperatorText: 'Er nimmt Ihren Ursprung in NOTARY_ALLOWED_ORIGINS auf.',
  embedPolicy: 'Was Ihre Content-Security-Policy erlaubt',
  embedTrust: 'Wofür Sie einstehen',
  embedTrustText:
    'Skripte Ihrer Seite können lesen, was in sie getippt wird. Laden Sie keines, dem Sie kein Passwort anvertrauen.',
  embedLooks: 'Sie sieht aus wie Ihre Seite',
  embedParts:
    'Setzen Sie die Variablen --notary-*, oder erreichen Sie ein Stück mit ::part(). Hören Sie auf notary-sent, notary-confirmed und notary-unlocked.',

  collectionDocument: 'Notary: signierte Sammlungen',
  collectionTitle: 'Ist diese Sammlung echt?',
  collectionLead:
    'Holt die Datensätze eines Signaturdienstes und prüft ihre Signatur hier in Ihrem Browser.',
  server: 'Signaturdienst',
  bucket: 'Bucket',
  collection: 'Sammlung',
  trustedKey: 'Öffentlicher Schlüssel, dem Sie trauen (freiwillig)',
  verify: 'Holen und prüfen',
  pulling: 'Wird geholt und geprüft …',
  genuine: 'Echt',
  genuineText: 'Alle Datensätze ({count}) sind genau so, wie sie signiert wurden.',
  forged: 'Nicht echt',
  forgedText: 'Die Datensätze sind nicht das, was signiert wurde. Verwenden Sie sie nicht.',
  strangerText:
    'Diese Datensätze sind signiert, aber nicht mit dem Schlüssel, dem Sie trauen. Verwenden Sie sie nicht.',
  keyUnknown:
    'Der Schlüssel kam vom selben Dienst. Geben Sie einen an, dem Sie trauen, um zu wissen, wer signiert hat.',
  keyTrusted: 'Signiert mit dem Schlüssel, dem Sie trauen.',
  keyFingerprint: 'Schlüssel: {fingerprint}',
  tamper: 'Ein Byte ändern und noch einmal prüfen',
  tampered: 'Auf dieser Seite wurde ein Byte der signierten Daten geändert.',
  unsigned: 'Diese Sammlung hat keine Signatur, die diese Seite prüfen kann.',
  noPublicKey:
    'Die Signatur nennt keinen öffentlichen Schlüssel. Geben Sie den an, dem Sie trauen.',
  badKey: 'Das ist kein öffentlicher P-384-Schlüssel in Base64 oder PEM.',
  unreachable:
    'Der Dienst ist nicht erreichbar, oder diese Seite darf nicht mit ihm sprechen. Erlaubt sind hier: {origins}',
  nobody: 'keine',
  missingFields: 'Geben Sie Dienst, Bucket und Sammlung an.',
  payload: 'Was signiert wurde',
} satisfies PageTexts;
