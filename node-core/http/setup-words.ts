/** The words of the page on which a machine gets the node's root certificate: nothing else of the interface is there yet. */

export interface SetupWords {
  readonly title: string
  readonly lead: string
  readonly get: string
  readonly compare: string
  readonly after: string
  readonly open: string
  readonly only: string
  /** How it is installed, by system; each step a sentence. */
  readonly steps: Readonly<Record<System, readonly string[]>>
}
export const systems = ['Android', 'iPhone, iPad', 'Windows', 'macOS', 'Linux'] as const
export type System = (typeof systems)[number]

export const setupWords: Readonly<Record<string, SetupWords>> = {
  en: {
    title: 'Let this device trust your node',
    lead: 'Your node speaks over an encrypted connection that it made itself. Install its certificate here once, and the warnings end.',
    get: 'Get the certificate',
    compare:
      'Compare before you install it. Your node shows the same fingerprint (“vivim tls status”, and where you pair a device):',
    after: 'Then',
    open: 'open your node',
    only: 'The certificate can vouch for addresses of private networks only, for no site of the internet.',
    steps: {
      'Android': [
        'Tap the button and save the file.',
        'Open Settings → Security and privacy → More security settings → Encryption and credentials → Install a certificate → CA certificate.',
        'Choose the file “vivim-root.crt”, and confirm.',
      ],
      'iPhone, iPad': [
        'Tap the button in Safari and allow the profile to be downloaded.',
        'Open Settings → General → VPN & Device Management, and install it.',
        'Open Settings → General → About → Certificate Trust Settings, and switch it on.',
      ],
      'Windows': [
        'Open the file and choose “Install Certificate”, for the current user.',
        'Put it into “Trusted Root Certification Authorities”.',
      ],
      'macOS': ['Open the file: it goes into your login keychain.', 'Open it there and choose “Always Trust” under “Trust”.'],
      'Linux': [
        'Chrome: Settings → Privacy and security → Security → Manage certificates → import it as an authority for websites.',
        'Firefox: Settings → Privacy & Security → View Certificates → Authorities → Import, for websites.',
      ],
    },
  },
  es: {
    title: 'Haz que este dispositivo confíe en tu nodo',
    lead: 'Tu nodo habla por una conexión cifrada que él mismo creó. Instala aquí su certificado una vez y cesarán los avisos.',
    get: 'Obtener el certificado',
    compare:
      'Compara antes de instalarlo. Tu nodo muestra la misma huella («vivim tls status», y donde vinculas un dispositivo):',
    after: 'Después',
    open: 'abre tu nodo',
    only: 'El certificado solo puede responder de direcciones de redes privadas, de ningún sitio de internet.',
    steps: {
      'Android': [
        'Toca el botón y guarda el archivo.',
        'Abre Ajustes → Seguridad y privacidad → Más ajustes de seguridad → Cifrado y credenciales → Instalar un certificado → Certificado CA.',
        'Elige el archivo «vivim-root.crt» y confirma.',
      ],
      'iPhone, iPad': [
        'Toca el botón en Safari y permite descargar el perfil.',
        'Abre Ajustes → General → VPN y gestión de dispositivos, e instálalo.',
        'Abre Ajustes → General → Información → Ajustes de confianza de certificados, y actívalo.',
      ],
      'Windows': [
        'Abre el archivo y elige «Instalar certificado», para el usuario actual.',
        'Ponlo en «Entidades de certificación raíz de confianza».',
      ],
      'macOS': ['Abre el archivo: va a tu llavero de inicio de sesión.', 'Ábrelo allí y elige «Confiar siempre» en «Confiar».'],
      'Linux': [
        'Chrome: Configuración → Privacidad y seguridad → Seguridad → Gestionar certificados → impórtalo como autoridad para sitios web.',
        'Firefox: Ajustes → Privacidad y seguridad → Ver certificados → Autoridades → Importar, para sitios web.',
      ],
    },
  },
  de: {
    title: 'Lass dieses Gerät deinem Knoten vertrauen',
    lead: 'Dein Knoten spricht über eine verschlüsselte Verbindung, die er selbst gemacht hat. Installiere hier einmal sein Zertifikat, und die Warnungen enden.',
    get: 'Zertifikat holen',
    compare:
      'Vergleiche, bevor du es installierst. Dein Knoten zeigt denselben Fingerabdruck („vivim tls status“, und wo du ein Gerät koppelst):',
    after: 'Dann',
    open: 'öffne deinen Knoten',
    only: 'Das Zertifikat kann nur für Adressen privater Netze bürgen, für keine Seite des Internets.',
    steps: {
      'Android': [
        'Tippe auf den Knopf und speichere die Datei.',
        'Öffne Einstellungen → Sicherheit und Datenschutz → Weitere Sicherheitseinstellungen → Verschlüsselung und Anmeldedaten → Zertifikat installieren → CA-Zertifikat.',
        'Wähle die Datei „vivim-root.crt“ und bestätige.',
      ],
      'iPhone, iPad': [
        'Tippe in Safari auf den Knopf und erlaube, das Profil zu laden.',
        'Öffne Einstellungen → Allgemein → VPN und Geräteverwaltung und installiere es.',
        'Öffne Einstellungen → Allgemein → Info → Zertifikatsvertrauenseinstellungen und schalte es ein.',
      ],
      'Windows': [
        'Öffne die Datei und wähle „Zertifikat installieren“, für den aktuellen Benutzer.',
        'Lege es in „Vertrauenswürdige Stammzertifizierungsstellen“ ab.',
      ],
      'macOS': [
        'Öffne die Datei: Sie kommt in deinen Schlüsselbund „Anmeldung“.',
        'Öffne es dort und wähle unter „Vertrauen“ „Immer vertrauen“.',
      ],
      'Linux': [
        'Chrome: Einstellungen → Datenschutz und Sicherheit → Sicherheit → Zertifikate verwalten → als Zertifizierungsstelle für Websites importieren.',
        'Firefox: Einstellungen → Datenschutz & Sicherheit → Zertifikate anzeigen → Zertifizierungsstellen → Importieren, für Websites.',
      ],
    },
  },
  ar: {
    title: 'اجعل هذا الجهاز يثق بعقدتك',
    lead: 'تتحدث عقدتك عبر اتصال مشفر أنشأته بنفسها. ثبّت شهادتها هنا مرة واحدة فتنتهي التحذيرات.',
    get: 'احصل على الشهادة',
    compare: 'قارن قبل التثبيت. تعرض عقدتك البصمة نفسها (\u2068vivim tls status\u2069، وحيث تقرن جهازًا):',
    after: 'ثم',
    open: 'افتح عقدتك',
    only: 'لا تشهد هذه الشهادة إلا لعناوين الشبكات الخاصة، ولا تشهد لأي موقع على الإنترنت.',
    steps: {
      'Android': [
        'اضغط الزر واحفظ الملف.',
        'افتح الإعدادات ← الأمان والخصوصية ← إعدادات أمان إضافية ← التشفير وبيانات الاعتماد ← تثبيت شهادة ← شهادة مرجع مصدق.',
        'اختر الملف \u2068vivim-root.crt\u2069 وأكّد.',
      ],
      'iPhone, iPad': [
        'اضغط الزر في سفاري واسمح بتنزيل ملف التعريف.',
        'افتح الإعدادات ← عام ← VPN وإدارة الجهاز وثبّته.',
        'افتح الإعدادات ← عام ← حول ← إعدادات الثقة بالشهادات وفعّله.',
      ],
      'Windows': ['افتح الملف واختر «تثبيت الشهادة» للمستخدم الحالي.', 'ضعها في «المراجع المصدقة الجذر الموثوق بها».'],
      'macOS': ['افتح الملف: يُضاف إلى سلسلة مفاتيح تسجيل الدخول.', 'افتحه هناك واختر «الثقة دائمًا» تحت «الثقة».'],
      'Linux': [
        '\u2068Chrome\u2069: الإعدادات ← الخصوصية والأمان ← الأمان ← إدارة الشهادات ← استوردها مرجعًا لمواقع الويب.',
        '\u2068Firefox\u2069: الإعدادات ← الخصوصية والأمن ← عرض الشهادات ← السلطات ← استيراد، لمواقع الويب.',
      ],
    },
  },
  ja: {
    title: 'このデバイスにノードを信頼させる',
    lead: 'ノードは自分で作った暗号化された接続で話します。ここで証明書を一度インストールすれば、警告は出なくなります。',
    get: '証明書を入手',
    compare:
      'インストールする前に見比べてください。ノードも同じ指紋を表示します（「vivim tls status」、またはデバイスをペアリングする画面）:',
    after: 'そのあと',
    open: 'ノードを開く',
    only: 'この証明書が保証できるのはプライベートネットワークのアドレスだけで、インターネットのサイトは保証できません。',
    steps: {
      'Android': [
        'ボタンをタップしてファイルを保存します。',
        '設定 → セキュリティとプライバシー → その他のセキュリティ設定 → 暗号化と認証情報 → 証明書のインストール → CA証明書 を開きます。',
        'ファイル「vivim-root.crt」を選んで確認します。',
      ],
      'iPhone, iPad': [
        'Safariでボタンをタップし、プロファイルのダウンロードを許可します。',
        '設定 → 一般 → VPNとデバイス管理 を開き、インストールします。',
        '設定 → 一般 → 情報 → 証明書信頼設定 を開き、オンにします。',
      ],
      'Windows': [
        'ファイルを開き、現在のユーザー向けに「証明書のインストール」を選びます。',
        '「信頼されたルート証明機関」に入れます。',
      ],
      'macOS': ['ファイルを開くと、ログインキーチェーンに入ります。', 'そこで開き、「信頼」で「常に信頼」を選びます。'],
      'Linux': [
        'Chrome: 設定 → プライバシーとセキュリティ → セキュリティ → 証明書の管理 で、ウェブサイト用の認証局としてインポートします。',
        'Firefox: 設定 → プライバシーとセキュリティ → 証明書を表示 → 認証局 → インポート（ウェブサイト用）。',
      ],
    },
  },
}
