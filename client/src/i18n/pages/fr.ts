import type { PageTexts } from '../page-texts.ts';

export default {
  skip: 'Aller au contenu',
  language: 'Langue',
  more: 'Plus',
  navAccount: 'Votre compte',
  navProof: 'Ce qui a quitté votre navigateur',
  navEmbed: 'Sur votre propre site',
  navCollection: 'Collections signées',

  homeDocument: 'Notary : créer un compte',
  homeTitle: 'Un compte, aucun secret partagé',
  homeLead:
    'Votre mot de passe devient une clé ici, dans votre navigateur. Seule la moitié publique en sort.',
  point1: 'Rien à voler',
  point1Text:
    'Le service garde des clés publiques. Copier sa base de données n’ouvre aucun compte.',
  point2: 'Bon pour une fois',
  point2Text: 'Ailleurs, vous montrez une signature faite pour un service et quelques minutes.',
  point3: 'Voyez par vous-même',
  point3Text: 'Une inscription dont chaque requête est montrée telle qu’elle a été envoyée.',
  haveAccount: 'Déjà un compte ?',
  signIn: 'Se connecter',
  noAccount: 'Pas encore de compte ?',
  createShort: 'En créer un',
  confirmDocument: 'Notary : confirmer',
  accountDocument: 'Notary : votre compte',

  proofDocument: 'Notary : ce qui a quitté votre navigateur',
  proofLead:
    'Une véritable inscription. Chaque requête apparaît ci-dessous telle qu’elle est envoyée. Ensuite, votre mot de passe et chaque secret qui en est tiré y sont recherchés.',
  proofRequests: 'Ce qui a été envoyé',
  proofDiscovery: 'Demande comment le service fonctionne. Rien sur vous.',
  proofSalt:
    'Votre adresse et un point d’une courbe. Votre mot de passe y est masqué par un nombre aléatoire qui reste ici ; le point convient donc aussi bien à n’importe quel mot de passe.',
  proofSignup: 'Votre clé publique, et une signature qui prouve que vous détenez la clé privée.',
  proofInside: 'Ce qui y est signé, en lisible :',
  proofOther: 'Une autre requête de cette page.',
  proofClean: 'Aucun secret n’a quitté ce navigateur',
  proofCleanText:
    'Rien de ceci ne figure dans les {bytes} octets envoyés, sous quelque forme que ce soit :',
  proofLeak: 'Un secret a été envoyé',
  proofLeakText: 'Cela ne doit jamais arriver. Prévenez l’exploitant. Trouvé :',
  proofControl:
    'Pour vérifier la recherche elle-même, elle a aussi cherché votre adresse, qui doit être envoyée. Requêtes où elle figure : {count}.',
  proofUnsound:
    'La recherche n’a même pas trouvé votre adresse, qui doit être envoyée. Ne vous y fiez pas.',
  proofFiles:
    'À part cela, la page n’a chargé que ses propres fichiers ({count}), tous depuis {origin}.',
  proofForeign: 'La page s’est aussi connectée à : {origins}.',
  secretPassword: 'le mot de passe ({count} formes)',
  secretOprf: 'le mot de passe durci avec l’aide du service ({count} formes)',
  secretArgon2id: 'ce qu’Argon2id fait des deux ({count} formes)',
  secretKey: 'la clé privée ({count} formes)',
  proofBrowser:
    'Votre navigateur ajoute ses propres en-têtes, comme Origin et User-Agent. Il les ajoute sans connaître le mot de passe. L’onglet réseau de ses outils de développement montre les mêmes requêtes.',

  embedDocument: 'Notary : sur votre propre site',
  embedTitle: 'L’inscription sur votre propre site',
  embedLead:
    'Dix lignes. Là aussi, la clé est créée dans le navigateur du visiteur, et votre serveur ne voit jamais de mot de passe.',
  embedPaste: 'Collez ceci',
  embedOperator: 'Ce que fait l’exploitant',
  embedOperatorText: 'Il ajoute votre origine à NOTARY_ALLOWED_ORIGINS.',
  embedPolicy: 'Ce que votre Content-Security-Policy autorise',
  embedTrust: 'Ce dont vous répondez',
  embedTrustText:
    'Les scripts de votre page peuvent lire ce qu’on y saisit. N’en chargez aucun à qui vous ne confieriez pas un mot de passe.',
  embedLooks: 'Elle prend votre apparence',
  embedParts:
    'Réglez les variables --notary-*, ou atteignez un élément par ::part(). Écoutez notary-sent, notary-confirmed et notary-unlocked.',

  collectionDocument: 'Notary : collections signées',
  collectionTitle: 'Cette collection est-elle authentique ?',
  collectionLead:
    'Récupère les enregistrements d’un service de signature et vérifie leur signature ici, dans votre navigateur.',
  server: 'Service de signature',
  bucket: 'Bucket',
  collection: 'Collection',
  trustedKey: 'Clé publique de confiance (facultatif)',
  verify: 'Récupérer et vérifier',
  pulling: 'Récupération et vérification …',
  genuine: 'Authentique',
  genuineText: 'Les enregistrements ({count}) sont exactement tels qu’ils ont été signés.',
  forged: 'Pas authentique',
  forgedText: 'Les enregistrements ne sont pas ce qui a été signé. Ne les utilisez pas.',
  strangerText:
    'Ces enregistrements sont signés, mais pas avec la clé de confiance. Ne les utilisez pas.',
  keyUnknown: 'La clé vient du même service. Donnez-en une de confiance pour savoir qui a signé.',
  keyTrusted: 'Signé avec la clé de confiance.',
  keyFingerprint: 'Clé : {fingerprint}',
  tamper: 'Modifier un octet et vérifier à nouveau',
  tampered: 'Un octet des données signées a été modifié sur cette page.',
  unsigned: 'Cette collection n’a pas de signature que cette page puisse vérifier.',
  noPublicKey: 'La signature ne nomme aucune clé publique. Donnez celle de confiance.',
  badKey: 'Ce n’est pas une clé publique P-384 en base64 ou PEM.',
  unreachable:
    'Le service est injoignable, ou cette page n’a pas le droit de lui parler. Autorisés ici : {origins}',
  nobody: 'aucun',
  missingFields: 'Indiquez le service, un bucket et une collection.',
  payload: 'Ce qui a été signé',
} satisfies PageTexts;
