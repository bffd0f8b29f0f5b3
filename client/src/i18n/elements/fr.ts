import { offline } from '../offline.ts';
import type { ElementTexts } from '../texts.ts';

export default {
  ...offline.fr,

  address: 'Adresse e-mail',
  password: 'Mot de passe',
  newPassword: 'Nouveau mot de passe',
  newAddress: 'Nouvelle adresse e-mail',
  show: 'Afficher',
  showPassword: 'Afficher le mot de passe',
  back: 'Retour',
  cancel: 'Annuler',

  lengthRule: 'Au moins {count} caractères. Quelques mots que vous aimez conviennent.',
  addressMissing: 'Saisissez votre adresse e-mail, par exemple nom@example.org.',
  addressSame: 'C’est déjà votre adresse. Saisissez-en une autre.',
  passwordMissing: 'Saisissez votre mot de passe.',
  tokenMissing: 'Saisissez le code du message.',

  strength0: 'Très faible',
  strength1: 'Faible',
  strength2: 'Moyen',
  strength3: 'Bon',
  strength4: 'Fort',
  verdict: '{strength}. {reason}',
  tooShort: '{count} caractères sur {min} pour l’instant.',
  reasonCommon: '« {word} » est l’un des mots de passe les plus utilisés.',
  reasonAddress: '« {word} » fait partie de votre adresse.',
  reasonSequence: '« {word} » est une suite que tout le monde connaît.',
  reasonRepeat: '« {word} » n’est qu’une répétition.',
  reasonDate: '« {word} » ressemble à une date.',
  maskedCommon: 'Une partie figure parmi les mots de passe les plus utilisés.',
  maskedAddress: 'Une partie vient de votre adresse.',
  maskedSequence: 'Une partie est une suite que tout le monde connaît.',
  maskedRepeat: 'Une partie n’est qu’une répétition.',
  maskedDate: 'Une partie ressemble à une date.',
  reasonPlain: 'Un mot de plus le rend plus fort.',
  reasonGood: 'Difficile à deviner.',

  asking: 'Le service est interrogé …',
  deriving:
    'Votre clé est créée à partir du mot de passe. Il est voulu que cela prenne un instant …',
  sending: 'Signature et envoi …',

  signUp: 'Créer le compte',
  signUpTitle: 'Créez votre compte',
  signUpIntro: 'Votre mot de passe reste dans ce navigateur. Seule une clé publique en sort.',
  sentTitle: 'Consultez vos messages',
  sent: 'Si {address} peut être inscrite, un lien est en route. Il est valable {duration}.',
  sentNext: 'Ouvrez-le, saisissez encore une fois le même mot de passe, et le compte est à vous.',
  resend: 'Renvoyer',
  resent: 'Renvoyé. Une adresse ne reçoit que quelques messages par heure au plus.',
  otherAddress: 'Utiliser une autre adresse',

  confirmTitle: 'Confirmez votre adresse',
  confirmIntro:
    'Saisissez le mot de passe choisi. Il prouve que le message et le mot de passe sont entre les mêmes mains.',
  confirm: 'Confirmer',
  confirmHere: 'Ne saisissez le code que sur cette page et ne le donnez à personne.',
  token: 'Code du message',
  otherDeviceTitle: 'Avez-vous le message sous la main ?',
  otherDevice: 'Ouvrez le lien qu’il contient, ou recopiez ici l’adresse et le code.',
  expiredTitle: 'Ce lien a expiré',
  expired:
    'Les liens sont valables {duration}. Choisissez votre mot de passe et un nouveau lien part.',
  newLink: 'Envoyer un nouveau lien',
  renewTitle: 'Un nouveau lien',
  renew: 'Choisissez votre mot de passe et un nouveau lien part. Il est valable {duration}.',
  refusedTitle: 'Cela n’a pas fonctionné',
  refused:
    'Le plus souvent, ce n’est pas le mot de passe choisi. Ou bien le lien a expiré ou a déjà servi.',
  otherMailbox: 'Si vous avez déjà confirmé ici, ouvrez le lien dans l’autre boîte.',
  expiredAddressChange:
    'Les liens sont valables {duration}. Connectez-vous et recommencez le changement d’adresse.',
  alreadyTitle: 'Déjà confirmée',
  already: '{address} est confirmée avec ce mot de passe. Il ne reste rien à faire.',
  doneTitle: 'Confirmée',
  done: '{address} est à vous. Vous pouvez maintenant vous connecter.',
  oneMoreTitle: 'Encore une confirmation',
  oneMore:
    'Un lien se trouve aussi dans l’autre boîte. Ouvrez-le également, l’ordre n’importe pas.',
  toAccount: 'Aller à votre compte',

  signIn: 'Se connecter',
  forgot: 'Mot de passe oublié ?',
  forgotTitle: 'Choisir un nouveau mot de passe',
  forgotIntro:
    'Votre boîte aux lettres est votre compte : un lien y confirme le nouveau mot de passe. D’ici là, l’ancien reste valable.',
  sendLink: 'Envoyer le lien',
  linkSent: 'Si {address} a un compte, un lien est en route. Il est valable {duration}.',
  signedInAs: 'Connexion établie',
  confirmedSince: 'Confirmé le {date}',
  fingerprint: 'Empreinte de la clé',
  lock: 'Se déconnecter',
  outdated:
    'Votre clé a été créée d’une manière plus ancienne et plus faible. Choisissez de nouveau un mot de passe, le même si vous voulez, et elle sera renouvelée.',
  signRequest: 'Signer une requête',
  signRequestIntro:
    'Pour tout service qui fait confiance à celui-ci. La signature ne vaut que pour cette requête.',
  method: 'Méthode',
  methodWrong: 'Saisissez une méthode qui peut être signée, par exemple GET ou POST.',
  url: 'Adresse de la requête',
  urlMissing: 'Saisissez une adresse complète, par exemple https://shop.example.org/orders.',
  body: 'Contenu',
  sign: 'Signer',
  signed: 'Signée, valable {duration}',
  claims: 'Ce qu’elle dit',
  header: 'Comment elle est envoyée',
  changePassword: 'Changer de mot de passe',
  changePasswordIntro:
    'Un lien dans votre boîte le confirme. D’ici là, l’ancien mot de passe reste valable.',
  changeAddress: 'Changer d’adresse',
  changeAddressIntro:
    'Les deux boîtes reçoivent un lien, et les deux doivent confirmer. D’ici là, rien ne change.',
  addressSent:
    'Des liens sont en route vers {address} et vers {newAddress}. Ils sont valables {duration}.',
  disable: 'Fermer le compte',
  disableIntro:
    'Tout de suite et partout : cette clé n’ouvre plus rien. Vous pourrez vous inscrire de nouveau plus tard.',
  disableSure: 'Oui, fermer {address}',
  disabledTitle: 'Compte fermé',
  disabled: '{address} n’a plus de compte ici.',

  wait: 'Nouvel essai possible dans {duration}.',
  requestId: 'Référence pour l’exploitant : {id}',
  errorUnknown:
    'Le service signale un problème que cette page ne connaît pas. Réessayez plus tard.',
  wrong_password:
    'L’adresse et le mot de passe ne vont pas ensemble, ou le compte n’est pas confirmé. Réessayez, ou choisissez un nouveau mot de passe.',
  password_too_short: 'Le mot de passe est trop court.',
  password_invalid: 'Le mot de passe contient un caractère défectueux. Saisissez-le à nouveau.',
  weak_password: 'Ce mot de passe est trop facile à deviner. Ajoutez un ou deux mots.',
  cancelled: 'Annulé. Rien n’a été modifié.',
  weak_kdf:
    'Le service demande une protection plus faible que ce que cette page accepte. Rien n’a été envoyé ; prévenez son exploitant.',
  unsupported_kdf:
    'Le service demande une protection que cette page ne connaît pas. Rechargez la page ; si cela ne suffit pas, prévenez son exploitant.',
  unexpected_answer:
    'Le service a donné une réponse que cette page ne comprend pas. Rechargez la page et réessayez.',
  insecure_context:
    'Cette page n’a pas été chargée de façon sûre, le navigateur refuse donc de créer des clés. Ouvrez-la en https.',
  derivation_failed:
    'Ce navigateur n’a pas pu créer la clé. La mémoire manque peut-être : fermez d’autres onglets et réessayez.',
  locked: 'Vous êtes déconnecté. Connectez-vous de nouveau.',
  malformed_request: 'Le service n’a pas compris cette page. Rechargez-la et réessayez.',
  invalid_address: 'Le service n’accepte pas cette adresse. Vérifiez son orthographe.',
  invalid_key: 'Le service a refusé la clé. Rechargez la page et réessayez.',
  invalid_jwt: 'Le service a refusé la signature. Rechargez la page et réessayez.',
  confirmation_failed:
    'La confirmation a été refusée. Vérifiez le mot de passe, ou demandez un nouveau lien.',
  signature_refused:
    'La clé n’est pas celle qui est active pour cette adresse. Connectez-vous de nouveau.',
  forbidden_origin:
    'Le service n’accepte pas d’appels de ce site. Ouvrez la page du service lui-même.',
  not_found: 'Le service n’a pas cette page. Rechargez et réessayez.',
  method_not_allowed: 'Le service n’a pas compris cette page. Rechargez-la et réessayez.',
  request_timeout: 'La connexion était trop lente. Réessayez.',
  payload_too_large: 'C’est plus que ce que le service accepte. Utilisez une adresse plus courte.',
  unsupported_media_type: 'Le service n’a pas compris cette page. Rechargez-la et réessayez.',
  too_many_requests: 'C’était trop rapide.',
  blocked: 'Trop d’appels sont venus de votre réseau, il est donc bloqué pour un moment.',
  too_many_evaluations: 'Trop d’essais pour cette adresse.',
  internal_error: 'Le service a commis une erreur. Rien n’a été modifié ; réessayez plus tard.',
  unavailable: 'Le service est absent pour un instant.',
  overloaded: 'Le service a trop à faire en ce moment.',
} satisfies ElementTexts;
