import { offline } from '../offline.ts';
import type { ElementTexts } from '../texts.ts';

export default {
  ...offline.ja,

  address: 'メールアドレス',
  password: 'パスワード',
  newPassword: '新しいパスワード',
  newAddress: '新しいメールアドレス',
  show: '表示',
  showPassword: 'パスワードを表示',
  back: '戻る',
  cancel: 'キャンセル',

  lengthRule: '{count} 文字以上。好きな言葉をいくつか並べれば十分です。',
  addressMissing: 'メールアドレスを入力してください。例: name@example.org',
  addressSame: 'これは現在のアドレスです。別のアドレスを入力してください。',
  passwordMissing: 'パスワードを入力してください。',
  tokenMissing: 'メールに書かれたコードを入力してください。',

  strength0: 'とても弱い',
  strength1: '弱い',
  strength2: '普通',
  strength3: '良い',
  strength4: '強い',
  verdict: '{strength}。{reason}',
  tooShort: '{min} 文字中 {count} 文字です。',
  reasonCommon: '「{word}」は最もよく使われるパスワードの一つです。',
  reasonAddress: '「{word}」はアドレスの一部です。',
  reasonSequence: '「{word}」は誰もが知っている並びです。',
  reasonRepeat: '「{word}」は繰り返しにすぎません。',
  reasonDate: '「{word}」は日付のように見えます。',
  maskedCommon: '一部が最もよく使われるパスワードの一つです。',
  maskedAddress: '一部がアドレスの一部と同じです。',
  maskedSequence: '一部が誰もが知っている並びです。',
  maskedRepeat: '一部が繰り返しにすぎません。',
  maskedDate: '一部が日付のように見えます。',
  reasonPlain: 'もう一語加えると強くなります。',
  reasonGood: '推測されにくいパスワードです。',

  asking: 'サービスに問い合わせています…',
  deriving: 'パスワードから鍵を作っています。少し時間がかかるのは意図したものです…',
  sending: '署名して送信しています…',

  signUp: 'アカウントを作成',
  signUpTitle: 'アカウントを作成',
  signUpIntro: 'パスワードはこのブラウザーの中に残ります。外に出るのは公開鍵だけです。',
  sentTitle: 'メールをご確認ください',
  sent: '{address} を登録できる場合は、リンクをお送りしました。有効期間は {duration}です。',
  sentNext: 'リンクを開き、同じパスワードをもう一度入力すると、アカウントが使えるようになります。',
  resend: 'もう一度送る',
  resent: 'もう一度送りました。一つのアドレスに届くメールは一時間に数通までです。',
  otherAddress: '別のアドレスを使う',

  confirmTitle: 'アドレスの確認',
  confirmIntro:
    '選んだパスワードを入力してください。メールとパスワードが同じ人のものであることの証明になります。',
  confirm: '確認する',
  confirmHere: 'コードはこのページだけに入力し、誰にも教えないでください。',
  token: 'メールのコード',
  otherDeviceTitle: 'メールはお手元にありますか',
  otherDevice: 'メールの中のリンクを開くか、アドレスとコードをここに入力してください。',
  expiredTitle: 'このリンクは期限切れです',
  expired: 'リンクの有効期間は {duration}です。パスワードを選ぶと、新しいリンクをお送りします。',
  newLink: '新しいリンクを送る',
  renewTitle: '新しいリンク',
  renew: 'パスワードを選ぶと、新しいリンクをお送りします。有効期間は {duration}です。',
  refusedTitle: '確認できませんでした',
  refused: '多くの場合、選んだパスワードと違っています。または、リンクが期限切れか使用済みです。',
  otherMailbox:
    'こちらですでに確認済みの場合は、もう一方のメールボックスのリンクを開いてください。',
  expiredAddressChange:
    'リンクの有効期間は {duration}です。サインインして、アドレスの変更をやり直してください。',
  alreadyTitle: '確認済みです',
  already: '{address} はこのパスワードで確認済みです。ほかにすることはありません。',
  doneTitle: '確認しました',
  done: '{address} はあなたのものです。サインインできます。',
  oneMoreTitle: 'あと一つ確認が必要です',
  oneMore:
    'もう一方のメールボックスにもリンクがあります。順番は問いませんので、そちらも開いてください。',
  toAccount: 'アカウントへ',

  signIn: 'サインイン',
  forgot: 'パスワードを忘れましたか',
  forgotTitle: '新しいパスワードを選ぶ',
  forgotIntro:
    'メールボックスがあなたのアカウントです。届いたリンクで新しいパスワードを確認します。それまでは今のパスワードが使えます。',
  sendLink: 'リンクを送る',
  linkSent:
    '{address} のアカウントがある場合は、リンクをお送りしました。有効期間は {duration}です。',
  signedInAs: 'サインインしています',
  confirmedSince: '{date} に確認',
  fingerprint: '鍵の指紋',
  lock: 'サインアウト',
  outdated:
    'この鍵は古く弱い方法で作られています。パスワードを選び直すと更新されます。同じパスワードでもかまいません。',
  signRequest: 'リクエストに署名',
  signRequestIntro:
    'このサービスを信頼するどのサービスにも使えます。署名はこのリクエストだけに有効です。',
  method: 'メソッド',
  methodWrong: '署名できるメソッドを入力してください。例: GET、POST',
  url: 'リクエストのアドレス',
  urlMissing: '完全なアドレスを入力してください。例: https://shop.example.org/orders',
  body: '本文',
  sign: '署名する',
  signed: '署名しました。有効期間は {duration}です',
  claims: '内容',
  header: '送られる形',
  changePassword: 'パスワードを変更',
  changePasswordIntro:
    'メールボックスに届くリンクで確認します。それまでは今のパスワードが使えます。',
  changeAddress: 'アドレスを変更',
  changeAddressIntro:
    '両方のメールボックスにリンクが届き、両方での確認が必要です。それまでは何も変わりません。',
  addressSent: '{address} と {newAddress} にリンクをお送りしました。有効期間は {duration}です。',
  disable: 'アカウントを閉じる',
  disableIntro: 'ただちに、どこでも、この鍵では何も開けなくなります。後でまた登録できます。',
  disableSure: '{address} を閉じる',
  disabledTitle: '閉じました',
  disabled: '{address} のアカウントはもうありません。',

  wait: '{duration}後にもう一度お試しください。',
  requestId: '運営者への照会番号: {id}',
  errorUnknown: 'このページの知らない問題がサービスで起きました。後でもう一度お試しください。',
  wrong_password:
    'アドレスとパスワードが合わないか、アカウントが未確認です。もう一度試すか、新しいパスワードを選んでください。',
  password_too_short: 'パスワードが短すぎます。',
  password_invalid: 'パスワードに壊れた文字が含まれています。入力し直してください。',
  weak_password: 'このパスワードは推測されやすいものです。言葉を一つか二つ加えてください。',
  cancelled: 'キャンセルしました。何も変わっていません。',
  weak_kdf:
    'サービスの求める保護が、このページの基準より弱いものです。何も送っていません。運営者に知らせてください。',
  unsupported_kdf:
    'サービスの求める保護をこのページは知りません。ページを読み込み直し、それでもだめなら運営者に知らせてください。',
  unexpected_answer:
    'サービスの応答をこのページは理解できませんでした。ページを読み込み直して、もう一度お試しください。',
  insecure_context:
    'このページは安全に読み込まれていないため、ブラウザーが鍵を作れません。https で開いてください。',
  derivation_failed:
    'このブラウザーでは鍵を作れませんでした。メモリー不足かもしれません。ほかのタブを閉じて、もう一度お試しください。',
  locked: 'サインアウトしています。もう一度サインインしてください。',
  malformed_request:
    'サービスがこのページを理解できませんでした。読み込み直して、もう一度お試しください。',
  invalid_address: 'このアドレスは受け付けられません。つづりを確かめてください。',
  invalid_key: '鍵が受け付けられませんでした。ページを読み込み直して、もう一度お試しください。',
  invalid_jwt: '署名が受け付けられませんでした。ページを読み込み直して、もう一度お試しください。',
  confirmation_failed:
    '確認が受け付けられませんでした。パスワードを確かめるか、新しいリンクを求めてください。',
  signature_refused:
    'この鍵は、このアドレスの有効な鍵ではありません。もう一度サインインしてください。',
  forbidden_origin:
    'サービスはこのサイトからの呼び出しを受け付けません。サービス自身のページを開いてください。',
  not_found: 'そのようなページはサービスにありません。読み込み直して、もう一度お試しください。',
  method_not_allowed:
    'サービスがこのページを理解できませんでした。読み込み直して、もう一度お試しください。',
  request_timeout: '接続が遅すぎました。もう一度お試しください。',
  payload_too_large: 'サービスが受け付ける大きさを超えています。短いアドレスをお使いください。',
  unsupported_media_type:
    'サービスがこのページを理解できませんでした。読み込み直して、もう一度お試しください。',
  too_many_requests: '操作が速すぎました。',
  blocked: 'お使いのネットワークからの呼び出しが多すぎたため、しばらく停止しています。',
  too_many_evaluations: 'このアドレスでの試行が多すぎます。',
  internal_error:
    'サービスの側で誤りがありました。何も変わっていません。後でもう一度お試しください。',
  unavailable: 'サービスは少しの間使えません。',
  overloaded: 'サービスは今とても混み合っています。',
} satisfies ElementTexts;
