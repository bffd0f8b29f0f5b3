import type { PageTexts } from '../page-texts.ts';

export default {
  skip: 'Ir para o conteúdo',
  language: 'Idioma',
  more: 'Mais',
  navAccount: 'A sua conta',
  navProof: 'O que saiu do seu navegador',
  navEmbed: 'No seu próprio site',
  navCollection: 'Coleções assinadas',

  homeDocument: 'Notary: criar uma conta',
  homeTitle: 'Uma conta, nenhum segredo partilhado',
  homeLead: 'A sua senha vira uma chave aqui, no seu navegador. Só a metade pública sai dele.',
  point1: 'Nada para roubar',
  point1Text:
    'O serviço guarda chaves públicas. Quem copiar o banco de dados não abre conta alguma.',
  point2: 'Boa para uma vez',
  point2Text:
    'Em outros lugares você mostra uma assinatura feita para um serviço e alguns minutos.',
  point3: 'Veja você mesmo',
  point3Text: 'Um cadastro com cada pedido mostrado tal como foi enviado.',
  haveAccount: 'Já tem uma conta?',
  signIn: 'Entrar',
  noAccount: 'Ainda não tem conta?',
  createShort: 'Crie uma',
  confirmDocument: 'Notary: confirmar',
  accountDocument: 'Notary: a sua conta',

  proofDocument: 'Notary: o que saiu do seu navegador',
  proofLead:
    'Um cadastro de verdade. Cada pedido aparece abaixo tal como é enviado. Depois, a sua senha e cada segredo feito dela são procurados em todos.',
  proofRequests: 'O que foi enviado',
  proofDiscovery: 'Pergunta como o serviço funciona. Nada sobre você.',
  proofSalt:
    'O seu endereço e um ponto de uma curva. A sua senha está oculta nele por um número aleatório que fica aqui, por isso o ponto combina igualmente com qualquer senha.',
  proofSignup: 'A sua chave pública e uma assinatura que prova que você tem a privada.',
  proofInside: 'O que vai assinado, legível:',
  proofOther: 'Mais um pedido desta página.',
  proofClean: 'Nenhum segredo saiu deste navegador',
  proofCleanText: 'Nada disto está nos {bytes} bytes enviados, seja qual for a grafia:',
  proofLeak: 'Um segredo foi enviado',
  proofLeakText: 'Isto nunca pode acontecer. Avise o operador. Encontrado:',
  proofControl:
    'Para verificar a própria busca, ela procurou também o seu endereço, que deve ser enviado. Pedidos em que ele estava: {count}.',
  proofUnsound:
    'A busca nem sequer encontrou o seu endereço, que deve ser enviado. Não confie nela.',
  proofFiles:
    'Fora isso, a página só carregou os seus próprios arquivos ({count}), todos de {origin}.',
  proofForeign: 'A página também se conectou a: {origins}.',
  secretPassword: 'a senha ({count} grafias)',
  secretOprf: 'a senha reforçada com a ajuda do serviço ({count} grafias)',
  secretArgon2id: 'o que o Argon2id faz das duas ({count} grafias)',
  secretKey: 'a chave privada ({count} grafias)',
  proofBrowser:
    'O seu navegador acrescenta cabeçalhos próprios, como Origin e User-Agent. Ele faz isso sem conhecer a senha. A aba de rede das ferramentas de desenvolvedor mostra os mesmos pedidos.',

  embedDocument: 'Notary: no seu próprio site',
  embedTitle: 'O cadastro no seu próprio site',
  embedLead:
    'Dez linhas. Também lá a chave é criada no navegador do visitante, e o seu servidor nunca vê uma senha.',
  embedPaste: 'Cole isto',
  embedOperator: 'O que o operador faz',
  embedOperatorText: 'Acrescenta a sua origem a NOTARY_ALLOWED_ORIGINS.',
  embedPolicy: 'O que a sua Content-Security-Policy permite',
  embedTrust: 'Pelo que você responde',
  embedTrustText:
    'Os scripts da sua página podem ler o que se digita nela. Não carregue nenhum a que não confiaria uma senha.',
  embedLooks: 'Ele assume a sua aparência',
  embedParts:
    'Defina as variáveis --notary-*, ou alcance uma peça com ::part(). Escute notary-sent, notary-confirmed e notary-unlocked.',

  collectionDocument: 'Notary: coleções assinadas',
  collectionTitle: 'Esta coleção é autêntica?',
  collectionLead:
    'Busca os registros de um serviço de assinatura e verifica a assinatura aqui, no seu navegador.',
  server: 'Serviço de assinatura',
  bucket: 'Bucket',
  collection: 'Coleção',
  trustedKey: 'Chave pública em que você confia (opcional)',
  verify: 'Buscar e verificar',
  pulling: 'Buscando e verificando …',
  genuine: 'Autêntica',
  genuineText: 'Todos os registros ({count}) estão exatamente como foram assinados.',
  forged: 'Não é autêntica',
  forgedText: 'Os registros não são o que foi assinado. Não os use.',
  strangerText:
    'Estes registros estão assinados, mas não com a chave em que você confia. Não os use.',
  keyUnknown: 'A chave veio do mesmo serviço. Dê uma em que confie para saber quem assinou.',
  keyTrusted: 'Assinada com a chave em que você confia.',
  keyFingerprint: 'Chave: {fingerprint}',
  tamper: 'Mudar um byte e verificar de novo',
  tampered: 'Nesta página foi mudado um byte dos dados assinados.',
  unsigned: 'Esta coleção não tem assinatura que esta página possa verificar.',
  noPublicKey: 'A assinatura não indica chave pública. Dê a que for da sua confiança.',
  badKey: 'Isto não é uma chave pública P-384 em base64 ou PEM.',
  unreachable:
    'Não é possível alcançar o serviço, ou esta página não pode falar com ele. Permitidos aqui: {origins}',
  nobody: 'nenhum',
  missingFields: 'Informe o serviço, um bucket e uma coleção.',
  payload: 'O que foi assinado',
} satisfies PageTexts;
