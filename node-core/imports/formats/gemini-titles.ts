/**
 * What a title of Gemini's activity log says: a verb in the person's language and, for a turn, the question.
 * Not all languages can be known, so an unknown verb is left in front of its question; it is a turn if it has an
 * answer.
 */

/** English verbs of turns, now and under earlier names: the question follows after a space. */
const turnVerbs = ['Prompted', 'Branched', 'Answered', 'Asked', 'Submitted query', 'Said']

/** What other languages put before a colon and the question. */
const turnNouns = [
  // German, French, Spanish, Italian, Portuguese, Dutch
  'Eingegebener Prompt',
  'Gesendeter Prompt',
  'Prompt eingegeben',
  'Gefragt',
  'Abzweigung erstellt',
  'Prompt envoyé',
  'Prompt saisi',
  'Requête envoyée',
  'Requête saisie',
  'Invite envoyée',
  'Vous avez demandé',
  'Question posée',
  'Prompt enviado',
  'Prompt introducido',
  'Petición enviada',
  'Petición',
  'Se ha preguntado',
  'Preguntaste',
  'Consulta enviada',
  'Instrucción enviada',
  'Indicación enviada',
  'Prompt inviato',
  'Prompt inserito',
  'Richiesta inviata',
  'Hai chiesto',
  'Comando enviado',
  'Comando inserido',
  'Pedido enviado',
  'Consulta',
  'Pergunta enviada',
  'Solicitação enviada',
  'Ingevoerde prompt',
  'Prompt ingevoerd',
  'Verzonden prompt',
  'Gevraagd',
  // Polish, Czech, Swedish, Danish, Norwegian, Finnish, Turkish, Hungarian, Romanian
  'Prompt',
  'Wpisany prompt',
  'Wysłany prompt',
  'Zapytanie',
  'Zadaný prompt',
  'Zadaná výzva',
  'Výzva',
  'Angav prompten',
  'Prompt angiven',
  'Sendt prompt',
  'Indtastet prompt',
  'Angitt prompt',
  'Kehote',
  'Annettu kehote',
  'İstem',
  'Girilen istem',
  'Gönderilen istem',
  'Prompt megadva',
  'Solicitare',
  // Russian, Ukrainian, Greek
  'Запрос',
  'Отправлен запрос',
  'Введен запрос',
  'Введён запрос',
  'Запит',
  'Надіслано запит',
  'Введений запит',
  'Προτροπή',
  // Arabic, Hebrew, Hindi, Thai, Vietnamese, Indonesian
  'الطلب',
  'تم إدخال الطلب',
  'طلب',
  'الأمر',
  'הנחיה',
  'הוזנה הנחיה',
  'प्रॉम्प्ट',
  'พรอมต์',
  'Câu lệnh',
  'Đã nhập câu lệnh',
  'Perintah',
  'Mengirim perintah',
  // Japanese, Korean, Chinese
  '送信したメッセージ',
  '送信したプロンプト',
  '入力したプロンプト',
  'プロンプト',
  '입력한 프롬프트',
  '프롬프트',
  '보낸 메시지',
  '输入的提示',
  '提示',
  '提示词',
  '已发送提示',
  '您的提问',
  '已输入提示',
  '輸入的提示',
  '提示詞',
  '輸入的提示詞',
  '已傳送提示',
]

/** What is no turn: a rating, a draft chosen, an opening of the app, a picture or canvas made. */
const otherVerbs = [
  'Gave feedback',
  'Selected draft',
  'Used',
  'Created',
  'Added',
  'Viewed',
  'Visited',
  'Deleted',
  'Shared',
  'Feedback gegeben',
  'Entwurf ausgewählt',
  'Verwendet',
  'Erstellt',
  'Hinzugefügt',
  'Commentaires envoyés',
  'Avis envoyé',
  'Brouillon sélectionné',
  'Utilisation de',
  'Création de',
  'Comentarios enviados',
  'Borrador seleccionado',
  'Se ha usado',
  'Se ha creado',
  'Has usado',
  'Feedback inviato',
  'Bozza selezionata',
  'Hai utilizzato',
  'Hai creato',
  'Feedback enviado',
  'Rascunho selecionado',
  'Usou',
  'Criou',
  'Feedback gegeven',
  'Concept geselecteerd',
  'Gebruikt',
  'Gemaakt',
  'フィードバックを送信',
  '下書きを選択',
  '의견 보냄',
  '초안 선택',
  '提供了反馈',
  '已选择草稿',
  'Оставлен отзыв',
  'Выбран черновик',
  'Надіслано відгук',
]

const escaped = (verb: string) => verb.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
// The longest first, so that no verb hides another that begins with it.
const oneOf = (verbs: readonly string[]) =>
  [...verbs]
    .sort((a, b) => b.length - a.length)
    .map(escaped)
    .join('|')
const spaced = new RegExp(`^\\s*(?:${oneOf(turnVerbs)})(?:\\s*[:：]\\s*|\\s+|$)`, 'u')
// Some of these are also how a question may begin, so the colon is needed.
const coloned = new RegExp(`^\\s*(?:${oneOf(turnNouns)})\\s*[:：]\\s*`, 'u')
const other = new RegExp(`^\\s*(?:${oneOf(otherVerbs)})(?:\\s|[:：]|$)`, 'u')

/**
 * The question that a record's title holds, or undefined for a record that is no turn.
 * `answered`: whether the record has an answer, which makes a turn of one whose verb is not known.
 */
export function readTitle(title: string, answered: boolean): string | undefined {
  for (const pattern of [spaced, coloned]) {
    const match = pattern.exec(title)
    if (match) return title.slice(match[0].length).trim()
  }
  if (other.test(title)) return undefined
  return answered ? title.trim() : undefined
}
