import { offline } from '../offline.ts';
import type { ElementTexts } from '../texts.ts';

export default {
  ...offline.es,

  address: 'Correo electrónico',
  password: 'Contraseña',
  newPassword: 'Contraseña nueva',
  newAddress: 'Correo electrónico nuevo',
  show: 'Mostrar',
  showPassword: 'Mostrar la contraseña',
  back: 'Volver',
  cancel: 'Cancelar',

  lengthRule: 'Al menos {count} caracteres. Unas cuantas palabras que le gusten sirven.',
  addressMissing: 'Escriba su correo electrónico, por ejemplo nombre@example.org.',
  addressSame: 'Esta ya es su dirección. Escriba otra.',
  passwordMissing: 'Escriba su contraseña.',
  tokenMissing: 'Escriba el código del mensaje.',

  strength0: 'Muy débil',
  strength1: 'Débil',
  strength2: 'Regular',
  strength3: 'Buena',
  strength4: 'Fuerte',
  verdict: '{strength}. {reason}',
  tooShort: '{count} de {min} caracteres por ahora.',
  reasonCommon: '«{word}» es una de las contraseñas más usadas.',
  reasonAddress: '«{word}» es parte de su dirección.',
  reasonSequence: '«{word}» es un orden que todos conocen.',
  reasonRepeat: '«{word}» es solo una repetición.',
  reasonDate: '«{word}» parece una fecha.',
  maskedCommon: 'Una parte está entre las contraseñas más usadas.',
  maskedAddress: 'Una parte viene de su dirección.',
  maskedSequence: 'Una parte es un orden que todos conocen.',
  maskedRepeat: 'Una parte es solo una repetición.',
  maskedDate: 'Una parte parece una fecha.',
  reasonPlain: 'Una palabra más la hace más fuerte.',
  reasonGood: 'Difícil de adivinar.',

  asking: 'Consultando al servicio …',
  deriving: 'Creando su clave a partir de la contraseña. Tarda un momento a propósito …',
  sending: 'Firmando y enviando …',

  signUp: 'Crear cuenta',
  signUpTitle: 'Cree su cuenta',
  signUpIntro: 'Su contraseña se queda en este navegador. Solo sale de él una clave pública.',
  sentTitle: 'Mire su correo',
  sent: 'Si {address} se puede registrar, hay un enlace en camino. Vale durante {duration}.',
  sentNext: 'Ábralo, escriba otra vez la misma contraseña y la cuenta es suya.',
  resend: 'Enviar otra vez',
  resent: 'Enviado otra vez. A una dirección llegan como mucho unos pocos mensajes por hora.',
  otherAddress: 'Usar otra dirección',

  confirmTitle: 'Confirme su dirección',
  confirmIntro:
    'Escriba la contraseña que eligió. Demuestra que el mensaje y la contraseña están en las mismas manos.',
  confirm: 'Confirmar',
  confirmHere: 'Escriba el código solo en esta página y no se lo dé a nadie.',
  token: 'Código del mensaje',
  otherDeviceTitle: '¿Tiene el mensaje a mano?',
  otherDevice: 'Abra el enlace que contiene, o copie aquí la dirección y el código.',
  expiredTitle: 'Este enlace ha caducado',
  expired: 'Los enlaces valen durante {duration}. Elija su contraseña y saldrá un enlace nuevo.',
  newLink: 'Enviar un enlace nuevo',
  renewTitle: 'Un enlace nuevo',
  renew: 'Elija su contraseña y saldrá un enlace nuevo. Vale durante {duration}.',
  refusedTitle: 'No ha funcionado',
  refused:
    'Lo más frecuente es que no sea la contraseña elegida. O el enlace ha caducado o ya se usó.',
  otherMailbox: 'Si ya confirmó aquí, abra el enlace del otro buzón.',
  expiredAddressChange:
    'Los enlaces valen durante {duration}. Inicie sesión y empiece de nuevo el cambio de dirección.',
  alreadyTitle: 'Ya confirmada',
  already: '{address} está confirmada con esta contraseña. No queda nada por hacer.',
  doneTitle: 'Confirmada',
  done: '{address} es suya. Ya puede iniciar sesión.',
  oneMoreTitle: 'Una confirmación más',
  oneMore: 'También hay un enlace en el otro buzón. Ábralo también, en cualquier orden.',
  toAccount: 'Ir a su cuenta',

  signIn: 'Iniciar sesión',
  forgot: '¿Olvidó la contraseña?',
  forgotTitle: 'Elija una contraseña nueva',
  forgotIntro:
    'Su buzón es su cuenta: un enlace confirma allí la contraseña nueva. Hasta entonces vale la anterior.',
  sendLink: 'Enviar el enlace',
  linkSent: 'Si {address} tiene cuenta, hay un enlace en camino. Vale durante {duration}.',
  signedInAs: 'Sesión iniciada',
  confirmedSince: 'Confirmada el {date}',
  fingerprint: 'Huella de la clave',
  lock: 'Cerrar sesión',
  outdated:
    'Su clave se creó de una forma más antigua y débil. Elija otra vez una contraseña, la misma si quiere, y se renovará.',
  signRequest: 'Firmar una petición',
  signRequestIntro:
    'Para cualquier servicio que confíe en este. La firma vale solo para esta petición.',
  method: 'Método',
  methodWrong: 'Escriba un método que se pueda firmar, por ejemplo GET o POST.',
  url: 'Dirección de la petición',
  urlMissing: 'Escriba una dirección completa, por ejemplo https://shop.example.org/orders.',
  body: 'Contenido',
  sign: 'Firmar',
  signed: 'Firmada, vale durante {duration}',
  claims: 'Lo que dice',
  header: 'Cómo se envía',
  changePassword: 'Cambiar contraseña',
  changePasswordIntro:
    'Un enlace en su buzón la confirma. Hasta entonces vale la contraseña anterior.',
  changeAddress: 'Cambiar dirección',
  changeAddressIntro:
    'Los dos buzones reciben un enlace y los dos tienen que confirmar. Hasta entonces no cambia nada.',
  addressSent: 'Hay enlaces en camino a {address} y a {newAddress}. Valen durante {duration}.',
  disable: 'Cerrar la cuenta',
  disableIntro:
    'Al instante y en todas partes: esta clave ya no abre nada. Puede registrarse de nuevo más adelante.',
  disableSure: 'Sí, cerrar {address}',
  disabledTitle: 'Cuenta cerrada',
  disabled: '{address} ya no tiene cuenta aquí.',

  wait: 'Inténtelo de nuevo en {duration}.',
  requestId: 'Referencia para el operador: {id}',
  errorUnknown:
    'El servicio informa de un problema que esta página no conoce. Inténtelo más tarde.',
  wrong_password:
    'La dirección y la contraseña no coinciden, o la cuenta no está confirmada. Inténtelo de nuevo o elija una contraseña nueva.',
  password_too_short: 'La contraseña es demasiado corta.',
  password_invalid: 'La contraseña contiene un carácter defectuoso. Escríbala de nuevo.',
  weak_password: 'Esta contraseña es demasiado fácil de adivinar. Añada una o dos palabras.',
  cancelled: 'Cancelado. No ha cambiado nada.',
  weak_kdf:
    'El servicio pide una protección más débil de la que esta página acepta. No se ha enviado nada; avise a su operador.',
  unsupported_kdf:
    'El servicio pide una protección que esta página no conoce. Recargue la página; si no basta, avise a su operador.',
  unexpected_answer:
    'El servicio ha dado una respuesta que esta página no entiende. Recargue la página e inténtelo de nuevo.',
  insecure_context:
    'Esta página no se ha cargado de forma segura, así que el navegador no crea claves. Ábrala con https.',
  derivation_failed:
    'Este navegador no ha podido crear la clave. Quizá falte memoria: cierre otras pestañas e inténtelo de nuevo.',
  locked: 'Ha cerrado la sesión. Iníciela de nuevo.',
  malformed_request: 'El servicio no ha entendido a esta página. Recárguela e inténtelo de nuevo.',
  invalid_address: 'El servicio no acepta esta dirección. Compruebe cómo está escrita.',
  invalid_key: 'El servicio ha rechazado la clave. Recargue la página e inténtelo de nuevo.',
  invalid_jwt: 'El servicio ha rechazado la firma. Recargue la página e inténtelo de nuevo.',
  confirmation_failed:
    'La confirmación ha sido rechazada. Compruebe la contraseña o pida un enlace nuevo.',
  signature_refused: 'La clave no es la activa de esta dirección. Inicie sesión de nuevo.',
  forbidden_origin:
    'El servicio no acepta llamadas de este sitio. Abra la página del propio servicio.',
  not_found: 'El servicio no tiene esa página. Recargue e inténtelo de nuevo.',
  method_not_allowed: 'El servicio no ha entendido a esta página. Recárguela e inténtelo de nuevo.',
  request_timeout: 'La conexión era demasiado lenta. Inténtelo de nuevo.',
  payload_too_large: 'Es más de lo que acepta el servicio. Use una dirección más corta.',
  unsupported_media_type:
    'El servicio no ha entendido a esta página. Recárguela e inténtelo de nuevo.',
  too_many_requests: 'Ha sido demasiado rápido.',
  blocked: 'Han llegado demasiadas llamadas de su red, así que está bloqueada un rato.',
  too_many_evaluations: 'Demasiados intentos para esta dirección.',
  internal_error: 'El servicio ha cometido un error. No ha cambiado nada; inténtelo más tarde.',
  unavailable: 'El servicio no está disponible por un momento.',
  overloaded: 'El servicio tiene demasiado trabajo en este momento.',
} satisfies ElementTexts;
