import { offline } from '../offline.ts';
import type { ElementTexts } from '../texts.ts';

export default {
  ...offline.de,

  address: 'E-Mail-Adresse',
  password: 'Passwort',
  newPassword: 'Neues Passwort',
  newAddress: 'Neue E-Mail-Adresse',
  show: 'Zeigen',
  showPassword: 'Passwort zeigen',
  back: 'Zurück',
  cancel: 'Abbrechen',

  lengthRule: 'Mindestens {count} Zeichen. Ein paar Wörter, die Ihnen gefallen, sind gut.',
  addressMissing: 'Geben Sie Ihre E-Mail-Adresse ein, etwa name@example.org.',
  addressSame: 'Das ist schon Ihre Adresse. Geben Sie eine andere ein.',
  passwordMissing: 'Geben Sie Ihr Passwort ein.',
  tokenMissing: 'Geben Sie den Code aus der Mail ein.',

  strength0: 'Sehr schwach',
  strength1: 'Schwach',
  strength2: 'Mittel',
  strength3: 'Gut',
  strength4: 'Stark',
  verdict: '{strength}. {reason}',
  tooShort: 'Bisher {count} von {min} Zeichen.',
  reasonCommon: '„{word}“ gehört zu den meistbenutzten Passwörtern.',
  reasonAddress: '„{word}“ ist ein Teil Ihrer Adresse.',
  reasonSequence: '„{word}“ ist eine Reihenfolge, die jeder kennt.',
  reasonRepeat: '„{word}“ ist nur eine Wiederholung.',
  reasonDate: '„{word}“ sieht nach einem Datum aus.',
  maskedCommon: 'Ein Stück davon gehört zu den meistbenutzten Passwörtern.',
  maskedAddress: 'Ein Stück davon ist ein Teil Ihrer Adresse.',
  maskedSequence: 'Ein Stück davon ist eine Reihenfolge, die jeder kennt.',
  maskedRepeat: 'Ein Stück davon ist nur eine Wiederholung.',
  maskedDate: 'Ein Stück davon sieht nach einem Datum aus.',
  reasonPlain: 'Ein Wort mehr macht es stärker.',
  reasonGood: 'Schwer zu erraten.',

  asking: 'Der Dienst wird gefragt …',
  deriving: 'Aus dem Passwort entsteht Ihr Schlüssel. Das soll einen Moment dauern …',
  sending: 'Wird unterschrieben und gesendet …',

  signUp: 'Konto anlegen',
  signUpTitle: 'Konto anlegen',
  signUpIntro:
    'Ihr Passwort bleibt in diesem Browser. Nur ein öffentlicher Schlüssel verlässt ihn.',
  sentTitle: 'Sehen Sie in Ihre Mails',
  sent: 'Wenn sich {address} anmelden lässt, ist ein Link unterwegs. Er gilt {duration}.',
  sentNext:
    'Öffnen Sie ihn, geben Sie dasselbe Passwort noch einmal ein, und das Konto gehört Ihnen.',
  resend: 'Noch einmal senden',
  resent: 'Noch einmal gesendet. Eine Adresse erreichen höchstens ein paar Mails in der Stunde.',
  otherAddress: 'Andere Adresse verwenden',

  confirmTitle: 'Adresse bestätigen',
  confirmIntro:
    'Geben Sie das gewählte Passwort ein. Es beweist, dass Mail und Passwort in einer Hand sind.',
  confirm: 'Bestätigen',
  confirmHere: 'Geben Sie den Code nur auf dieser Seite ein und verraten Sie ihn niemandem.',
  token: 'Code aus der Mail',
  otherDeviceTitle: 'Haben Sie die Mail zur Hand?',
  otherDevice: 'Öffnen Sie den Link darin, oder übertragen Sie Adresse und Code hierher.',
  expiredTitle: 'Dieser Link ist abgelaufen',
  expired: 'Links gelten {duration}. Wählen Sie Ihr Passwort, und ein neuer Link ist unterwegs.',
  newLink: 'Neuen Link senden',
  renewTitle: 'Ein neuer Link',
  renew: 'Wählen Sie Ihr Passwort, und ein neuer Link ist unterwegs. Er gilt {duration}.',
  refusedTitle: 'Das hat nicht geklappt',
  refused:
    'Meist ist es nicht das gewählte Passwort. Oder der Link ist abgelaufen oder schon benutzt.',
  otherMailbox: 'Wenn Sie hier schon bestätigt haben, öffnen Sie den Link im anderen Postfach.',
  expiredAddressChange:
    'Links gelten {duration}. Melden Sie sich an und ändern Sie die Adresse noch einmal.',
  alreadyTitle: 'Schon bestätigt',
  already: '{address} ist mit diesem Passwort bestätigt. Es bleibt nichts zu tun.',
  doneTitle: 'Bestätigt',
  done: '{address} gehört Ihnen. Sie können sich jetzt anmelden.',
  oneMoreTitle: 'Noch eine Bestätigung',
  oneMore:
    'Auch im anderen Postfach liegt ein Link. Öffnen Sie auch ihn, die Reihenfolge ist gleich.',
  toAccount: 'Zu Ihrem Konto',

  signIn: 'Anmelden',
  forgot: 'Passwort vergessen?',
  forgotTitle: 'Neues Passwort wählen',
  forgotIntro:
    'Ihr Postfach ist Ihr Konto: Ein Link darin bestätigt das neue Passwort. Bis dahin gilt das alte.',
  sendLink: 'Link senden',
  linkSent: 'Wenn {address} ein Konto hat, ist ein Link unterwegs. Er gilt {duration}.',
  signedInAs: 'Angemeldet',
  confirmedSince: 'Bestätigt am {date}',
  fingerprint: 'Fingerabdruck des Schlüssels',
  lock: 'Abmelden',
  outdated:
    'Ihr Schlüssel entstand auf ältere, schwächere Art. Wählen Sie noch einmal ein Passwort, gern dasselbe, und er wird erneuert.',
  signRequest: 'Anfrage unterschreiben',
  signRequestIntro:
    'Für jeden Dienst, der diesem vertraut. Die Unterschrift gilt nur für diese eine Anfrage.',
  method: 'Methode',
  methodWrong: 'Geben Sie eine Methode ein, die sich unterschreiben lässt, etwa GET oder POST.',
  url: 'Adresse der Anfrage',
  urlMissing: 'Geben Sie eine vollständige Adresse ein, etwa https://shop.example.org/orders.',
  body: 'Inhalt',
  sign: 'Unterschreiben',
  signed: 'Unterschrieben, gültig {duration}',
  claims: 'Was darin steht',
  header: 'Wie sie gesendet wird',
  changePassword: 'Passwort ändern',
  changePasswordIntro: 'Ein Link in Ihrem Postfach bestätigt es. Bis dahin gilt das alte Passwort.',
  changeAddress: 'Adresse ändern',
  changeAddressIntro:
    'Beide Postfächer bekommen einen Link, und beide müssen bestätigen. Bis dahin ändert sich nichts.',
  addressSent: 'Links sind unterwegs an {address} und an {newAddress}. Sie gelten {duration}.',
  disable: 'Konto schließen',
  disableIntro:
    'Sofort und überall: Dieser Schlüssel öffnet nichts mehr. Sie können sich später neu anmelden.',
  disableSure: 'Ja, {address} schließen',
  disabledTitle: 'Geschlossen',
  disabled: '{address} hat hier kein Konto mehr.',

  wait: 'Neuer Versuch möglich in {duration}.',
  requestId: 'Kennung für den Betreiber: {id}',
  errorUnknown:
    'Der Dienst meldet ein Problem, das diese Seite nicht kennt. Versuchen Sie es später noch einmal.',
  wrong_password:
    'Adresse und Passwort passen nicht zusammen, oder das Konto ist nicht bestätigt. Versuchen Sie es noch einmal, oder wählen Sie ein neues Passwort.',
  password_too_short: 'Das Passwort ist zu kurz.',
  password_invalid: 'Im Passwort steckt ein kaputtes Zeichen. Geben Sie es noch einmal ein.',
  weak_password: 'Dieses Passwort ist zu leicht zu erraten. Hängen Sie ein, zwei Wörter an.',
  cancelled: 'Abgebrochen. Nichts wurde geändert.',
  weak_kdf:
    'Der Dienst verlangt schwächeren Schutz, als diese Seite zulässt. Nichts wurde gesendet; sagen Sie es dem Betreiber.',
  unsupported_kdf:
    'Der Dienst verlangt einen Schutz, den diese Seite nicht kennt. Laden Sie die Seite neu; hilft das nicht, sagen Sie es dem Betreiber.',
  unexpected_answer:
    'Der Dienst gab eine Antwort, die diese Seite nicht versteht. Laden Sie die Seite neu und versuchen Sie es noch einmal.',
  insecure_context:
    'Diese Seite wurde nicht sicher geladen, deshalb macht der Browser keine Schlüssel. Öffnen Sie sie mit https.',
  derivation_failed:
    'Dieser Browser konnte den Schlüssel nicht herstellen. Vielleicht fehlt Speicher: Schließen Sie andere Tabs und versuchen Sie es noch einmal.',
  locked: 'Sie sind abgemeldet. Melden Sie sich noch einmal an.',
  malformed_request:
    'Der Dienst hat diese Seite nicht verstanden. Laden Sie sie neu und versuchen Sie es noch einmal.',
  invalid_address: 'Der Dienst nimmt diese Adresse nicht an. Prüfen Sie die Schreibweise.',
  invalid_key:
    'Der Dienst hat den Schlüssel abgelehnt. Laden Sie die Seite neu und versuchen Sie es noch einmal.',
  invalid_jwt:
    'Der Dienst hat die Unterschrift abgelehnt. Laden Sie die Seite neu und versuchen Sie es noch einmal.',
  confirmation_failed:
    'Die Bestätigung wurde abgelehnt. Prüfen Sie das Passwort, oder lassen Sie sich einen neuen Link senden.',
  signature_refused:
    'Der Schlüssel ist nicht der gültige dieser Adresse. Melden Sie sich noch einmal an.',
  forbidden_origin:
    'Von dieser Website nimmt der Dienst keine Anfragen an. Öffnen Sie die Seite des Dienstes selbst.',
  not_found: 'Der Dienst hat keine solche Seite. Laden Sie neu und versuchen Sie es noch einmal.',
  method_not_allowed:
    'Der Dienst hat diese Seite nicht verstanden. Laden Sie sie neu und versuchen Sie es noch einmal.',
  request_timeout: 'Die Verbindung war zu langsam. Versuchen Sie es noch einmal.',
  payload_too_large: 'Das ist mehr, als der Dienst annimmt. Verwenden Sie eine kürzere Adresse.',
  unsupported_media_type:
    'Der Dienst hat diese Seite nicht verstanden. Laden Sie sie neu und versuchen Sie es noch einmal.',
  too_many_requests: 'Das ging zu schnell.',
  blocked: 'Aus Ihrem Netz kamen zu viele Anfragen, deshalb ist es eine Weile gesperrt.',
  too_many_evaluations: 'Zu viele Versuche für diese Adresse.',
  internal_error:
    'Dem Dienst ist ein Fehler unterlaufen. Nichts wurde geändert; versuchen Sie es später noch einmal.',
  unavailable: 'Der Dienst ist für einen Moment nicht da.',
  overloaded: 'Der Dienst hat gerade zu viel zu tun.',
} satisfies ElementTexts;
