import type { PageTexts } from '../page-texts.ts';

export default {
  skip: 'Ir al contenido',
  language: 'Idioma',
  more: 'Más',
  navAccount: 'Su cuenta',
  navProof: 'Qué salió de su navegador',
  navEmbed: 'En su propio sitio',
  navCollection: 'Colecciones firmadas',

  homeDocument: 'Notary: crear una cuenta',
  homeTitle: 'Una cuenta, ningún secreto compartido',
  homeLead:
    'Su contraseña se convierte en una clave aquí, en su navegador. Solo sale de él la mitad pública.',
  point1: 'Nada que robar',
  point1Text:
    'El servicio guarda claves públicas. Quien copie su base de datos no abre ninguna cuenta.',
  point2: 'Buena para una vez',
  point2Text: 'En otros sitios muestra una firma hecha para un servicio y unos minutos.',
  point3: 'Véalo usted mismo',
  point3Text: 'Un registro con cada petición tal como se envió.',
  haveAccount: '¿Ya tiene cuenta?',
  signIn: 'Iniciar sesión',
  noAccount: '¿Aún no tiene cuenta?',
  createShort: 'Cree una',
  confirmDocument: 'Notary: confirmar',
  accountDocument: 'Notary: su cuenta',

  proofDocument: 'Notary: qué salió de su navegador',
  proofLead:
    'Un registro de verdad. Cada petición aparece abajo tal como se envía. Después se busca en todas su contraseña y cada secreto hecho con ella.',
  proofRequests: 'Qué se envió',
  proofDiscovery: 'Pregunta cómo funciona el servicio. Nada sobre usted.',
  proofSalt:
    'Su dirección y un punto de una curva. Su contraseña va oculta en él con un número aleatorio que se queda aquí, así que el punto encaja igual de bien con cualquier contraseña.',
  proofSignup: 'Su clave pública y una firma que demuestra que usted tiene la privada.',
  proofInside: 'Lo que va firmado, legible:',
  proofOther: 'Otra petición de esta página.',
  proofClean: 'Ningún secreto ha salido de este navegador',
  proofCleanText: 'Nada de esto está en los {bytes} bytes enviados, escrito de la forma que sea:',
  proofLeak: 'Se ha enviado un secreto',
  proofLeakText: 'Esto no debe ocurrir nunca. Avise al operador. Encontrado:',
  proofControl:
    'Para comprobar la propia búsqueda se buscó también su dirección, que debe enviarse. Peticiones en las que estaba: {count}.',
  proofUnsound:
    'La búsqueda ni siquiera encontró su dirección, que debe enviarse. No se fíe de ella.',
  proofFiles:
    'Aparte de eso, la página solo ha cargado sus propios archivos ({count}), todos de {origin}.',
  proofForeign: 'La página también se ha conectado con: {origins}.',
  secretPassword: 'la contraseña ({count} formas)',
  secretOprf: 'la contraseña endurecida con ayuda del servicio ({count} formas)',
  secretArgon2id: 'lo que Argon2id hace de ambas ({count} formas)',
  secretKey: 'la clave privada ({count} formas)',
  proofBrowser:
    'Su navegador añade cabeceras propias, como Origin y User-Agent. Las añade sin conocer la contraseña. La pestaña de red de sus herramientas de desarrollo muestra las mismas peticiones.',

  embedDocument: 'Notary: en su propio sitio',
  embedTitle: 'El registro en su propio sitio',
  embedLead:
    'Diez líneas. También allí la clave se crea en el navegador del visitante, y su servidor nunca ve una contraseña.',
  embedPaste: 'Pegue esto',
  embedOperator: 'Qué hace el operador',
  embedOperatorText: 'Añade su origen a NOTARY_ALLOWED_ORIGINS.',
  embedPolicy: 'Qué permite su Content-Security-Policy',
  embedTrust: 'De qué responde usted',
  embedTrustText:
    'Los scripts de su página pueden leer lo que se escribe en ella. No cargue ninguno al que no confiaría una contraseña.',
  embedLooks: 'Toma su aspecto',
  embedParts:
    'Ajuste las variables --notary-*, o alcance una pieza con ::part(). Escuche notary-sent, notary-confirmed y notary-unlocked.',

  collectionDocument: 'Notary: colecciones firmadas',
  collectionTitle: '¿Es auténtica esta colección?',
  collectionLead:
    'Trae los registros de un servicio de firma y comprueba su firma aquí, en su navegador.',
  server: 'Servicio de firma',
  bucket: 'Bucket',
  collection: 'Colección',
  trustedKey: 'Clave pública en la que confía (opcional)',
  verify: 'Traer y comprobar',
  pulling: 'Trayendo y comprobando …',
  genuine: 'Auténtica',
  genuineText: 'Todos los registros ({count}) están exactamente como se firmaron.',
  forged: 'No es auténtica',
  forgedText: 'Los registros no son lo que se firmó. No los use.',
  strangerText:
    'Estos registros están firmados, pero no con la clave en la que confía. No los use.',
  keyUnknown: 'La clave vino del mismo servicio. Dé una en la que confíe para saber quién firmó.',
  keyTrusted: 'Firmada con la clave en la que confía.',
  keyFingerprint: 'Clave: {fingerprint}',
  tamper: 'Cambiar un byte y comprobar otra vez',
  tampered: 'En esta página se cambió un byte de los datos firmados.',
  unsigned: 'Esta colección no tiene una firma que esta página pueda comprobar.',
  noPublicKey: 'La firma no nombra ninguna clave pública. Dé la que sea de su confianza.',
  badKey: 'Esto no es una clave pública P-384 en base64 o PEM.',
  unreachable:
    'No se puede llegar al servicio, o esta página no puede hablar con él. Permitidos aquí: {origins}',
  nobody: 'ninguno',
  missingFields: 'Indique el servicio, un bucket y una colección.',
  payload: 'Qué se firmó',
} satisfies PageTexts;
