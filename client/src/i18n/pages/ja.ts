import type { PageTexts } from '../page-texts.ts';

export default {
  skip: '本文へ',
  language: '言語',
  more: 'そのほか',
  navAccount: 'アカウント',
  navProof: 'ブラウザーから出たもの',
  navEmbed: 'ご自分のサイトで',
  navCollection: '署名付きコレクション',

  homeDocument: 'Notary: アカウントの作成',
  homeTitle: '秘密を渡さないアカウント',
  homeLead: 'パスワードはこのブラウザーの中で鍵になります。外に出るのは公開される半分だけです。',
  point1: '盗むものがない',
  point1Text:
    'サービスが持つのは公開鍵です。データベースを写し取られても、アカウントは開きません。',
  point2: '一度だけ有効',
  point2Text: 'ほかのサービスには、そのサービスだけに数分間有効な署名を示します。',
  point3: '自分の目で確かめる',
  point3Text: '登録で送られるすべてのリクエストを、送られたままの形で見られます。',
  haveAccount: 'アカウントをお持ちですか',
  signIn: 'サインイン',
  noAccount: 'アカウントがまだありませんか',
  createShort: '作成する',
  confirmDocument: 'Notary: 確認',
  accountDocument: 'Notary: アカウント',

  proofDocument: 'Notary: ブラウザーから出たもの',
  proofLead:
    '本物の登録です。リクエストは送られるたびに、そのままの形で下に表示されます。その後、パスワードとそこから作られた秘密がどこにもないかを調べます。',
  proofRequests: '送られたもの',
  proofDiscovery: 'サービスの仕組みを尋ねます。あなたのことは何も含みません。',
  proofSalt:
    'アドレスと、曲線上の一点です。パスワードは手元に残る乱数で覆われているので、この点はどのパスワードにも同じように当てはまります。',
  proofSignup: '公開鍵と、秘密鍵を持っていることを証明する署名です。',
  proofInside: '署名されている内容を読める形で:',
  proofOther: 'このページのほかのリクエストです。',
  proofClean: 'このブラウザーから秘密は出ていません',
  proofCleanText: '送られた {bytes} バイトのどこにも、どんな書き方でも、次のものはありません。',
  proofLeak: '秘密が送られました',
  proofLeakText: 'あってはならないことです。運営者に知らせてください。見つかったもの:',
  proofControl:
    '調べ方そのものを確かめるため、送られるはずのアドレスも探し、{count} 件のリクエストで見つけました。',
  proofUnsound: '送られるはずのアドレスさえ見つかりませんでした。この結果を信用しないでください。',
  proofFiles:
    'ほかにこのページが読み込んだのは自身のファイル {count} 件だけで、すべて {origin} からです。',
  proofForeign: 'このページは次にも接続しました: {origins}',
  secretPassword: 'パスワード({count} 通りの書き方)',
  secretOprf: 'サービスの助けで強めたパスワード({count} 通りの書き方)',
  secretArgon2id: 'その両方から Argon2id が作るもの({count} 通りの書き方)',
  secretKey: '秘密鍵({count} 通りの書き方)',
  proofBrowser:
    'ブラウザーは Origin や User-Agent などのヘッダーを自分で加えます。パスワードは知らずに加えています。開発者ツールのネットワーク画面でも同じリクエストを見られます。',

  embedDocument: 'Notary: ご自分のサイトで',
  embedTitle: 'ご自分のサイトに登録フォームを',
  embedLead:
    '十行で済みます。鍵はそこでも訪問者のブラウザーで作られ、サーバーがパスワードを見ることはありません。',
  embedPaste: 'これを貼り付けます',
  embedOperator: '運営者がすること',
  embedOperatorText: 'NOTARY_ALLOWED_ORIGINS にあなたのオリジンを加えます。',
  embedPolicy: 'Content-Security-Policy で許すもの',
  embedTrust: 'あなたの責任',
  embedTrustText:
    'ページのスクリプトは、そこに入力されたものを読めます。パスワードを任せられないものは読み込まないでください。',
  embedLooks: '見た目を合わせられます',
  embedParts:
    '--notary-* の変数を設定するか、::part() で部品を指定します。notary-sent、notary-confirmed、notary-unlocked を受け取れます。',

  collectionDocument: 'Notary: 署名付きコレクション',
  collectionTitle: 'このコレクションは本物ですか',
  collectionLead: '署名サービスのレコードを取得し、その署名をこのブラウザーの中で確かめます。',
  server: '署名サービス',
  bucket: 'バケット',
  collection: 'コレクション',
  trustedKey: '信頼する公開鍵(任意)',
  verify: '取得して確かめる',
  pulling: '取得して確かめています…',
  genuine: '本物です',
  genuineText: '{count} 件のレコードはすべて、署名されたままです。',
  forged: '本物ではありません',
  forgedText: 'レコードは署名されたものと違います。使わないでください。',
  strangerText:
    'これらのレコードは署名されていますが、信頼する鍵によるものではありません。使わないでください。',
  keyUnknown:
    '鍵は同じサービスから来ました。誰が署名したかを知るには、信頼する鍵を入れてください。',
  keyTrusted: '信頼する鍵で署名されています。',
  keyFingerprint: '鍵: {fingerprint}',
  tamper: '一バイト変えて、もう一度確かめる',
  tampered: '署名されたデータの一バイトをこのページで変えました。',
  unsigned: 'このコレクションには、このページで確かめられる署名がありません。',
  noPublicKey: '署名に公開鍵が示されていません。信頼する鍵を入れてください。',
  badKey: 'base64 または PEM の P-384 公開鍵ではありません。',
  unreachable:
    'サービスに接続できないか、このページからの接続が許されていません。許されているもの: {origins}',
  nobody: 'なし',
  missingFields: 'サービス、バケット、コレクションを入力してください。',
  payload: '署名されたもの',
} satisfies PageTexts;
