import type { Language } from './texts.ts';

/** What is left to say when no catalogue can be loaded; part of each of them. */
export const offline = {
  en: {
    network: 'The service cannot be reached. Check your connection and try again.',
    tryAgain: 'Try again',
  },
  de: {
    network:
      'Der Dienst ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.',
    tryAgain: 'Noch einmal versuchen',
  },
  fr: {
    network: 'Le service est injoignable. Vérifiez votre connexion et réessayez.',
    tryAgain: 'Réessayer',
  },
  es: {
    network: 'No se puede llegar al servicio. Compruebe su conexión e inténtelo de nuevo.',
    tryAgain: 'Intentar de nuevo',
  },
  pt: {
    network: 'Não é possível alcançar o serviço. Verifique a sua conexão e tente de novo.',
    tryAgain: 'Tentar de novo',
  },
  ja: {
    network: 'サービスに接続できません。接続を確かめて、もう一度お試しください。',
    tryAgain: 'もう一度試す',
  },
  ar: {
    network: 'تعذّر الوصول إلى الخدمة. تحقق من اتصالك وحاول مرة أخرى.',
    tryAgain: 'حاول مرة أخرى',
  },
} satisfies Record<Language, { network: string; tryAgain: string }>;
