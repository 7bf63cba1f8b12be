"""The words of Google Search Console's exports in the languages of its users.

Seen in exports that people published: English, French, Spanish, Polish, Hebrew, Japanese, Chinese; the others are how
the interface names these columns, to the best of our knowledge. Languages that are missing, and names that Google
changes, are met by the shape of the table (`search_console.find_by_shape`).
"""

URL = (
    "URL", "Url", "Adresse", "Adresa", "Indirizzo", "Adres URL", "Webadresse", "URL-Adresse", "URL-адрес", "URL-адреса",
    "网址", "網址", "כתובת אתר", "כתובת URL", "عنوان URL",
)  # fmt: skip

LINKING_PAGE = (
    "Linking page", "Links", "Verlinkende Seite", "Verweisende Seite", "Page d'origine", "Page de liaison",
    "Page contenant le lien", "Página de enlace", "Página que enlaza", "Página de origen", "Pagina di collegamento",
    "Pagina contenente link", "Pagina con link", "Página de link", "Página com link", "Página de vinculação",
    "Linkende pagina", "Linkpagina", "Strona linkująca", "Strona zawierająca link", "Länkande sida", "Länksida",
    "Linkende side", "Linkside", "Bağlantı veren sayfa", "Ссылающаяся страница", "Страница со ссылкой",
    "Сторінка з посиланням", "Сторінка, що посилається", "リンク元ページ", "リンクしているページ", "링크하는 페이지",
    "연결 페이지", "链接页面", "链接网页", "連結網頁", "連結頁面", "דף מקשר", "صفحة الربط", "الصفحة المرتبطة",
)  # fmt: skip

TARGET_PAGE = (
    "Target page", "Zielseite", "Page cible", "Page de destination", "Página de destino", "Página objetivo",
    "Pagina di destinazione", "Página segmentada", "Doelpagina", "Strona docelowa", "Målsida", "Destinationsside",
    "Hedef sayfa", "Целевая страница", "Цільова сторінка", "ターゲット ページ", "リンク先ページ", "타겟 페이지",
    "대상 페이지", "目标页面", "目标网页", "目標網頁", "目標頁面", "דף יעד", "الصفحة المستهدفة",
)  # fmt: skip

INCOMING_LINKS = (
    "Incoming links", "Eingehende Links", "Liens entrants", "Enlaces entrantes", "Link in entrata", "Link in arrivo",
    "Links recebidos", "Links de entrada", "Inkomende links", "Linki przychodzące", "Inkommande länkar",
    "Indgående links", "Gelen bağlantılar", "Входящие ссылки", "Вхідні посилання", "受信リンク", "被リンク",
    "수신 링크", "들어오는 링크", "导入链接", "连入链接", "連入連結", "連入的連結", "קישורים נכנסים", "الروابط الواردة",
)  # fmt: skip

LINKING_SITES = (
    "Linking sites", "Verlinkende Websites", "Verweisende Websites", "Sites d'origine", "Sites de liaison",
    "Sitios de enlace", "Sitios que enlazan", "Siti di collegamento", "Siti con link", "Sites de link",
    "Sites com links", "Linkende sites", "Witryny linkujące", "Länkande webbplatser", "Linkende websites",
    "Bağlantı veren siteler", "Ссылающиеся сайты", "Сайти з посиланнями", "リンク元サイト", "링크하는 사이트",
    "연결 사이트", "链接网站", "連結網站", "אתרים מקשרים", "مواقع الربط",
)  # fmt: skip

LAST_CRAWLED = (
    "Last crawled", "Last crawl", "Zuletzt gecrawlt", "Letztes Crawling", "Dernière exploration",
    "Date de la dernière exploration", "Último rastreo", "Última rastreo", "Ultima scansione", "Último rastreamento",
    "Última rastreação", "Laatst gecrawld", "Laatste crawl", "Ostatnie skanowanie", "Ostatnie zindeksowanie",
    "Ostatnio skanowane", "Senast genomsökt", "Senaste genomsökning", "Senest crawlet", "Sidst crawlet", "Son tarama",
    "Son taranma tarihi", "Последнее сканирование", "Дата последнего сканирования", "Останнє сканування",
    "前回のクロール", "最終クロール日", "마지막 크롤링", "최종 크롤링", "上次抓取日期", "上次抓取时间", "上次抓取",
    "上次檢索", "上次檢索日期", "上次检索", "נסרק לאחרונה", "סריקה אחרונה", "تاريخ آخر زحف", "آخر زحف",
)  # fmt: skip

SITE, LINKING_PAGES, TARGET_PAGES = ("Site",), ("Linking pages",), ("Target pages",)
"""Of Top linking sites: English only, the shape of the table tells it in other languages."""

VALIDATION = (
    "Status", "État", "Statut", "Estado", "Stato", "Stan", "Durum", "Статус", "Состояние", "ステータス", "상태", "状态",
    "狀態", "סטטוס", "מצב", "الحالة",
)  # fmt: skip

PASSED = frozenset((
    "passed", "bestanden", "validé", "réussi", "réussie", "superado", "correcto", "superata", "superato", "aprovado",
    "aprovada", "geslaagd", "pozytywny", "zaliczono", "godkänd", "godkänt", "bestået", "geçti", "başarılı", "пройдено",
    "проверено", "合格", "통과", "已通过", "通过", "已通過", "通過", "עבר", "اجتاز", "تم الاجتياز",
))  # fmt: skip

REDIRECT_ERROR = frozenset((
    "redirect error", "weiterleitungsfehler", "umleitungsfehler", "erreur de redirection",
    "erreur liée à des redirections", "error de redirección", "errore di reindirizzamento", "erro de redirecionamento",
    "omleidingsfout", "błąd przekierowania", "omdirigeringsfel", "omdirigeringsfejl", "yönlendirme hatası",
    "ошибка переадресации", "помилка переспрямування", "リダイレクト エラー", "リダイレクトエラー", "리디렉션 오류",
    "重定向错误", "重新導向錯誤", "שגיאת הפניה אוטומטית", "שגיאת הפניה מחדש", "خطأ في إعادة التوجيه",
))  # fmt: skip
