"""Pages as programs, hosts, registrars and bot walls in use make them, in many languages; written anew for the test."""

# ruff: noqa: E501
from tests.http_cases.case import ASKED, K, Page, Table
from tests.http_cases.pages import ARTICLE_PAGE, HOME, LOST, html

TABLE = Table()


def _bare(title: str, body: str, lang: str = "en") -> str:
    return html(title, body, menu="", lang=lang).replace("<footer>", "<!--").replace("</footer>", "-->")


def _everywhere(page: Page) -> dict[str, Page]:
    return {"*": page, "/": page, "/robots.txt": Page(404)}


_NOT_DEAD = (K.UNSURE, K.BLOCKED)

# name: (status, title, body, headers)
_WALLS = {
    "Anubis in German": (200, "Dein Browser wird geprüft!", "<h1>Dein Browser wird geprüft!</h1><p>Wird geladen...</p><details><summary>Warum sehe ich das?</summary><p>Du siehst das, weil der Betreiber dieser Website Anubis eingerichtet hat, um den Server vor KI-Unternehmen zu schützen, die Websites aggressiv auslesen.</p></details><script src=/.within.website/x/cmd/anubis/static/js/main.mjs></script>", ()),
    "Anubis in French": (200, "Je m'assure que vous n'êtes pas un robot !", "<h1>Je m'assure que vous n'êtes pas un robot !</h1><p>Chargement...</p>", ()),
    "Anubis in Japanese": (200, "あなたがボットでないことを確認しています！", "<h1>あなたがボットでないことを確認しています！</h1><p>読み込み中...</p>", ()),
    "Anubis in Russian": (200, "Проверяем, что вы не бот!", "<h1>Проверяем, что вы не бот!</h1><p>Загрузка...</p>", ()),
    "Cloudflare in German": (403, "Nur einen Moment...", "<h1>valley.example</h1><p>Verifizieren Sie, dass Sie ein Mensch sind. Führen Sie dazu die folgende Aktion aus.</p><script>window._cf_chl_opt={cType:'managed'}</script>", ()),
    "Cloudflare in German with 200": (200, "Nur einen Moment...", "<h1>valley.example</h1><p>Verifizieren Sie, dass Sie ein Mensch sind. Führen Sie dazu die folgende Aktion aus.</p><script>window._cf_chl_opt={cType:'managed'}</script>", ()),
    "Cloudflare in Spanish with 200": (200, "Un momento…", "<h1>valley.example</h1><p>Verifique que usted es un ser humano. valley.example necesita revisar la seguridad de su conexión antes de continuar.</p><script>window._cf_chl_opt={cType:'managed'}</script>", ()),
    "Cloudflare rate limit 1015": (429, "Access denied | valley.example used Cloudflare to restrict access", "<h1>Error 1015</h1><h2>You are being rate limited</h2>", ()),
    "DataDome interstitial with 200": (200, "valley.example", "<p id=cmsg>Please enable JS and disable any ad blocker</p><script data-cfasync=false src=https://ct.captcha-delivery.com/i.js></script>", ()),
    "DataDome slider": (200, "DataDome CAPTCHA", "<h1>Verification Required</h1><p>Slide right to complete the puzzle. Something about the behaviour of the browser has caught our attention.</p>", ()),
    "HUMAN in words": (200, "valley.example", "<h1>Before we continue...</h1><p>Press & Hold to confirm you are a human (and not a bot). Reference ID 0b1c</p>", ()),
    "HUMAN, older": (200, "Access to this page has been denied.", "<p>Access to this page has been denied because we believe you are using automation tools to browse the website.</p>", ()),
    "Imperva frame": (200, "", "<iframe src='/_Incapsula_Resource?CWUDNSAI=9&xinfo=1&incident_id=8'>Request unsuccessful. Incapsula incident ID: 8-1</iframe>", ()),
    "Akamai, bot page": (200, "Challenge Validation", "<h1>valley.example</h1><div id=sec-if-cpt-container></div><p>Powered and protected by Akamai</p>", ()),
    "Akamai with 200": (200, "Access Denied", "<h1>Access Denied</h1><p>You don't have permission to access \"http://valley.example/\" on this server.<p>Reference #18.9c2d.17</p>", ()),
    "AWS WAF captcha with 200": (200, "Human Verification", "<p>Let's confirm you are human</p><p>Complete the security check before continuing. This step verifies that you are not a bot.</p>", ()),
    "Kasada": (429, "", "<script>window.KPSDK={};</script><script src='/149e9513/ips.js'></script>", ()),
    "F5": (200, "Request Rejected", "<p>The requested URL was rejected. Please consult with your administrator.</p><p>Your support ID is: 128371298371</p>", ()),
    "F5 script": (200, "valley.example", "<noscript>Please enable JavaScript to view the page content.<br>Your support ID is: 12345.</noscript><script src='/TSPD/08a?type=7'></script>", ()),
    "Sucuri block": (403, "Sucuri WebSite Firewall - Access Denied", "<h1>Access Denied - Sucuri Website Firewall</h1>", ()),
    "Sucuri script": (200, "You are being redirected...", "<noscript>Javascript is required. Please enable javascript before you are allowed to see this page.</noscript><script>var s={};S='c3VjdXJpX2Nsb3VkcHJveHlfanM='</script>", ()),
    "Wordfence in words": (503, "Your access to this site has been limited by the site owner", "<h1>Your access to this site has been limited by the site owner</h1><p>Your access to this service has been limited. (HTTP response code 503)</p>", ()),
    "DDoS-Guard with 200": (200, "DDoS-Guard", "<h1>Checking your browser before accessing valley.example</h1><p>Please allow up to 5 seconds...</p>", ()),
    "Vercel in words": (200, "Vercel Security Checkpoint", "<p>We're verifying your browser</p>", ()),
    "StackPath": (200, "Site verification", "<h1>valley.example is using a security service for protection against online attacks</h1><p>This process is automatic. You will be redirected once the validation is complete.</p><p>Reference ID: 1 | StackPath</p>", ()),
    "Radware": (200, "Radware Bot Manager Captcha", "<h1>We apologize for the inconvenience...</h1><p>...but your activity and behavior on this site made us think that you are a bot.</p><p>Please solve this CAPTCHA to request unblock to the website</p>", ()),
    "go-away": (200, "Checking you are not a bot", "<h1>Checking you are not a bot</h1><p>Hang tight while we look for bots.</p>", ()),
    "SiteGround": (202, "Robot Challenge Screen", "<h1>Checking the site connection security</h1>", ()),
    "Shopify": (200, "valley.example", "<h1>Your connection needs to be verified before you can proceed</h1>", ()),
    "BunkerWeb": (200, "Bot Detection", "<h1>Please wait while we check if you are a Human</h1>", ()),
    "LiteSpeed": (200, "Captcha challenge", "<h1>Verifying that you are not a robot...</h1>", ()),
    "Qrator": (401, "", "<p>Идёт проверка браузера</p>", ()),
    "Yandex SmartCaptcha": (200, "Вы не робот?", "<p>Подтвердите, что запросы отправляли вы, а не робот</p><p>Нам очень жаль, но запросы с вашего устройства похожи на автоматические.</p>", ()),
    "Alibaba": (405, "405", "<h1>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</h1>", ()),
    "Alibaba with 200": (200, "405", "<p>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。您的请求ID是: 7a1</p>", ()),
    "a Chinese check": (200, "安全验证", "<h1>安全验证</h1><p>请完成下方验证后继续操作</p>", ()),
    "ModSecurity 406": (406, "Not Acceptable!", "<h1>Not Acceptable!</h1><p>An appropriate representation of the requested resource could not be found on this server. This error was generated by Mod_Security.</p>", ()),
    "Imunify": (200, "One moment, please...", "<h1>Please wait while your request is being verified...</h1>", ()),
    "Google": (429, "Sorry...", "<p>Our systems have detected unusual traffic from your computer network.</p>", ()),
    "a school's filter": (200, "Web Page Blocked", "<h1>Web Page Blocked</h1><p>The page you have requested has been blocked because it violates the security policy.</p><p>Attack ID: 20000051</p>", ()),
    "geo block": (200, "Not available in your region", "<h1>Unavailable in your country</h1><p>We are sorry, this content is not available in your location for legal reasons.</p>", ()),
    "GDPR block": (200, "Unavailable due to legal reasons", "<h1>451: Unavailable due to legal reasons</h1><p>We recognize you are attempting to access this website from a country belonging to the European Economic Area (EEA) including the EU which enforces the General Data Protection Regulation (GDPR) and therefore access cannot be granted at this time.</p>", ()),
}  # fmt: skip
for name, (status, title, body, headers) in _WALLS.items():
    wall = Page(status, _bare(title, body), headers)
    kinds = (*_NOT_DEAD, *((K.SERVER_ERROR,) if status >= 500 else ()))
    TABLE.untold(f"wall everywhere: {name}", _everywhere(wall), *kinds, unprobed=frozenset({K.ALIVE}))


def _in_folder(page: Page) -> dict[str, Page]:
    """Everything but the home page gets it."""
    return {"*": page, "/": HOME, "/robots.txt": Page(404)}


for name, (status, title, body, headers) in _WALLS.items():
    wall = Page(status, _bare(title, body), headers)
    TABLE.untold(
        f"wall but at home: {name}",
        _in_folder(wall),
        *_NOT_DEAD,
        *((K.SERVER_ERROR,) if status >= 500 else ()),
        unprobed=frozenset({K.ALIVE}),
    )

# name: (title, body, lang)
_DOWN = {
    "WordPress": ("Maintenance", "<h1>Briefly unavailable for scheduled maintenance. Check back in a minute.</h1>", "en"),
    "WordPress in German": ("Wartungsarbeiten", "<p>Wegen Wartungsarbeiten ist diese Website kurzzeitig nicht verfügbar. Schau in einer Minute nochmal vorbei.</p>", "de"),
    "WordPress in French": ("Maintenance", "<p>Brièvement indisponible pour cause de maintenance planifiée. Veuillez revenir dans quelques instants.</p>", "fr"),
    "WordPress database": ("Database Error", "<h1>Error establishing a database connection</h1>", "en"),
    "WordPress critical error": ("WordPress › Error", "<p>There has been a critical error on this website.</p><p>Learn more about troubleshooting WordPress.</p>", "en"),
    "WordPress critical error in German": ("WordPress › Fehler", "<p>Es gab einen kritischen Fehler auf deiner Website.</p>", "de"),
    "WordPress critical error in Spanish": ("WordPress › Error", "<p>Ha habido un error crítico en esta web.</p>", "es"),
    "Drupal": ("Site under maintenance", "<h1>Site under maintenance</h1><p>Valley is currently under maintenance. We should be back shortly. Thank you for your patience.</p>", "en"),
    "Drupal error": ("Error", "<p>The website encountered an unexpected error. Try again later.</p>", "en"),
    "Joomla": ("Valley", "<p>This site is down for maintenance.<br>Please check back again soon.</p>", "en"),
    "Joomla in Dutch": ("Valley", "<p>Deze website is tijdelijk niet beschikbaar vanwege onderhoud. Probeer het later nog eens.</p>", "nl"),
    "PrestaShop": ("Valley", "<h1>We'll be back soon.</h1><p>We are currently updating our shop and will be back really soon. Thanks for your patience.</p>", "en"),
    "PrestaShop in Polish": ("Valley", "<h1>Wrócimy wkrótce.</h1><p>Obecnie aktualizujemy nasz sklep i wkrótce wrócimy. Dziękujemy za cierpliwość.</p>", "pl"),
    "Magento": ("Service Temporarily Unavailable", "<h1>Service Temporarily Unavailable</h1><p>The server is temporarily unable to service your request due to maintenance downtime or capacity problems.</p>", "en"),
    "Magento report": ("There has been an error processing your request", "<h1>There has been an error processing your request</h1><p>Exception printing is disabled by default for security reasons.</p><p>Error log record number: 1337</p>", "en"),
    "Shopware": ("Wartungsmodus", "<h1>Wartungsmodus</h1><p>Wir führen gerade Wartungsarbeiten durch und sind bald wieder für Sie da.</p>", "de"),
    "Rails": ("We're sorry, but something went wrong (500)", "<h1>We're sorry, but something went wrong.</h1><p>If you are the application owner check the logs for more information.</p>", "en"),
    "Laravel": ("Service Unavailable", "<div>503</div><div>Service Unavailable</div>", "en"),
    "Heroku": ("Application error", "<p>An error occurred in the application and your page could not be served. If you are the application owner, check your logs for details.</p>", "en"),
    "Next.js": ("500: Internal Server Error", "<h1>500</h1><h2>Internal Server Error.</h2>", "en"),
    "Next.js, in the browser": ("Valley", "<h2>Application error: a client-side exception has occurred (see the browser console for more information).</h2>", "en"),
    "nginx": ("Error", "<h1>An error occurred.</h1><p>Sorry, the page you are looking for is currently unavailable.<br>Please try again later.</p>", "en"),
    "IIS": ("500 - Internal server error.", "<h1>Server Error</h1><h2>500 - Internal server error.</h2><h3>There is a problem with the resource you are looking for, and it cannot be displayed.</h3>", "en"),
    "ASP.NET": ("Runtime Error", "<h1>Server Error in '/' Application.</h1><h2>Runtime Error</h2><p>An application error occurred on the server.</p>", "en"),
    "Varnish": ("503 Backend fetch failed", "<h1>Error 503 Backend fetch failed</h1><p>Backend fetch failed</p><h3>Guru Meditation:</h3><p>XID: 98315</p><p>Varnish cache server</p>", "en"),
    "Cloudflare 522": ("valley.example | 522: Connection timed out", "<h1>Connection timed out Error code 522</h1><p>The initial connection between Cloudflare's network and the origin web server timed out.</p>", "en"),
    "Cloudflare 1016": ("Origin DNS error | valley.example | Cloudflare", "<h1>Error 1016</h1><h2>Origin DNS error</h2>", "en"),
    "Azure": ("Microsoft Azure Web App - Error 403", "<h1>Error 403 - This web app is stopped.</h1><p>The web app you have attempted to reach is currently stopped and does not accept any requests.</p>", "en"),
    "MediaWiki": ("Valley", "<h1>Sorry! This site is experiencing technical difficulties.</h1><p>Try waiting a few minutes and reloading.</p><p>(Cannot access the database)</p>", "en"),
    "phpBB": ("General Error", "<h1>General Error</h1><p>SQL ERROR [ mysqli ]</p><p>Too many connections [1040]</p>", "en"),
    "phpBB offline": ("Information", "<h2>Information</h2><p>Sorry but this board is currently unavailable.</p>", "en"),
    "Discourse": ("Valley", "<h1>Oops</h1><p>The software powering this discussion forum encountered an unexpected problem. We apologize for the inconvenience.</p>", "en"),
    "Nextcloud": ("Nextcloud", "<h2>Maintenance mode</h2><p>This Nextcloud instance is currently in maintenance mode, which may take a while.</p>", "en"),
    "TYPO3": ("Oops, an error occurred!", "<h1>Oops, an error occurred!</h1><p>Code: 202306</p>", "en"),
    "a PHP error": ("", "<b>Fatal error</b>: Uncaught Error: Call to undefined function mysql_connect() in <b>/var/www/html/index.php</b> on line <b>12</b>", "en"),
    "suspended": ("Account Suspended", "<h1>Account Suspended</h1><p>This Account has been suspended. Contact your hosting provider for more information.</p>", "en"),
    "bandwidth": ("509 Bandwidth Limit Exceeded", "<h1>Bandwidth Limit Exceeded</h1><p>The server is temporarily unable to service your request due to the site owner reaching his/her bandwidth limit.</p>", "en"),
    "under construction in German": ("Im Aufbau", "<h1>Hier entsteht eine neue Internetpräsenz</h1>", "de"),
    "under construction in French": ("Site en construction", "<h1>Site en construction</h1><p>Notre site sera bientôt disponible.</p>", "fr"),
    "under construction in Spanish": ("Sitio en construcción", "<h1>Sitio en construcción</h1><p>Próximamente</p>", "es"),
    "under construction in Italian": ("Sito in costruzione", "<h1>Sito in costruzione</h1><p>Torna a trovarci presto</p>", "it"),
    "under construction in Russian": ("Сайт в разработке", "<h1>Сайт находится в разработке</h1>", "ru"),
    "down in Portuguese": ("Manutenção", "<h1>Estamos em manutenção</h1><p>Voltaremos em breve.</p>", "pt"),
    "down in Japanese": ("メンテナンス中", "<h1>ただいまメンテナンス中です</h1><p>しばらくお待ちください。</p>", "ja"),
    "down in Korean": ("서비스 점검", "<h1>서비스 점검 중입니다</h1><p>이용에 불편을 드려 죄송합니다.</p>", "ko"),
    "down in Chinese": ("系统维护", "<h1>系统维护中</h1><p>网站正在升级维护，请稍后再访问。</p>", "zh"),
    "down in Turkish": ("Bakım", "<h1>Sitemiz bakımdadır</h1><p>Kısa süre içinde geri döneceğiz.</p>", "tr"),
    "down in Czech": ("Odstávka", "<h1>Probíhá údržba webu</h1><p>Brzy jsme zpět.</p>", "cs"),
    "down in Swedish": ("Driftstopp", "<h1>Tillfälligt stängt för uppdatering</h1><p>Vi är snart tillbaka.</p>", "sv"),
    "down in Finnish": ("Huoltokatko", "<h1>Sivusto on tilapäisesti poissa käytöstä huollon vuoksi</h1>", "fi"),
    "down in Greek": ("Συντήρηση", "<h1>Ο ιστότοπος είναι υπό συντήρηση</h1>", "el"),
    "down in Vietnamese": ("Bảo trì", "<h1>Website đang được bảo trì</h1>", "vi"),
    "down in Arabic": ("صيانة", "<h1>الموقع تحت الصيانة</h1><p>سنعود قريبا</p>", "ar"),
    "down in Persian": ("در دست تعمیر", "<h1>سایت در دست تعمیر است</h1><p>به زودی برمی‌گردیم</p>", "fa"),
    "down in Thai": ("ปิดปรับปรุง", "<h1>ปิดปรับปรุงเว็บไซต์ชั่วคราว</h1>", "th"),
    "down in Hebrew": ("האתר בתחזוקה", "<h1>האתר בתחזוקה</h1><p>נחזור בקרוב</p>", "he"),
    "down in Ukrainian": ("Технічні роботи", "<h1>На сайті проводяться технічні роботи</h1>", "uk"),
    "down in Bulgarian": ("Поддръжка", "<h1>Сайтът е в процес на поддръжка</h1>", "bg"),
}  # fmt: skip
for name, (title, body, lang) in _DOWN.items():
    TABLE.untold(
        f"down: {name}",
        _everywhere(Page(body=_bare(title, body, lang))),
        K.UNSURE,
        K.BLOCKED,
        K.SERVER_ERROR,
        unprobed=frozenset({K.ALIVE, K.UNSURE}),
    )

    TABLE.untold(
        f"down but at home: {name}",
        _in_folder(Page(body=_bare(title, body, lang))),
        K.UNSURE,
        K.BLOCKED,
        K.SERVER_ERROR,
        unprobed=frozenset({K.ALIVE, K.UNSURE}),
    )

_FORM = (
    "<form><label>{u}</label><input name=u><label>{p}</label><input type=password name=p><button>{b}</button></form>"
)
_SIGN_IN = {
    "WordPress": ("Log In ‹ Valley — WordPress", "Username or Email Address", "Password", "Log In", "en"),
    "German": ("Mein Konto", "E-Mail-Adresse", "Kennwort", "Weiter", "de"),
    "Greek": ("Είσοδος", "Όνομα χρήστη", "Κωδικός", "Είσοδος", "el"),
    "Croatian": ("Prijava", "Korisničko ime", "Lozinka", "Prijavi se", "hr"),
    "Persian": ("ورود", "نام کاربری", "رمز عبور", "ورود", "fa"),
    "Lithuanian": ("Prisijungimas", "Vartotojo vardas", "Slaptažodis", "Prisijungti", "lt"),
    "Bengali": ("প্রবেশ করুন", "ব্যবহারকারীর নাম", "পাসওয়ার্ড", "প্রবেশ", "bn"),
    "Danish": ("Medlemmer", "E-mail", "Adgangskode", "Fortsæt", "da"),
    "Romanian": ("Autentificare", "Utilizator", "Parolă", "Intră în cont", "ro"),
    "Ukrainian": ("Особистий кабінет", "Логін", "Пароль", "Увійти", "uk"),
    "a paywall's form": ("Valley Times", "Subscriber number", "PIN", "Continue", "en"),
}  # fmt: skip
for name, (title, user, password, button, lang) in _SIGN_IN.items():
    page = Page(body=_bare(title, f"<h1>{title}</h1>" + _FORM.format(u=user, p=password, b=button), lang))
    TABLE.untold(f"sign-in everywhere: {name}", _everywhere(page), K.UNSURE, K.BLOCKED, unprobed=frozenset({K.ALIVE}))
    TABLE.untold(f"sign-in but at home: {name}", _in_folder(page), K.UNSURE, K.BLOCKED, unprobed=frozenset({K.ALIVE}))

_GATES = {
    "cookies in German": ("Cookie-Einstellungen", "<h1>Wir schätzen Ihre Privatsphäre</h1><p>Wir und unsere Partner verwenden Cookies.</p><button>Alle akzeptieren</button>"),
    "pur subscription": ("Weiterlesen mit Werbung oder im Abo", "<h1>Mit Werbung und Cookies nutzen</h1><p>Zustimmen und weiter, oder werbefrei für 3,99 im Monat.</p>"),
    "cookies in French": ("Valley", "<h1>Nous respectons votre vie privée</h1><p>Avec votre accord, nos partenaires et nous utilisons des cookies.</p>"),
    "cookies in Dutch": ("Valley", "<h1>Wij respecteren jouw privacy</h1><p>Door op akkoord te klikken ga je verder.</p>"),
    "cookies in Italian": ("Valley", "<h1>La tua privacy è importante</h1><p>Noi e i nostri partner usiamo i cookie.</p>"),
    "cookies in Spanish": ("Valley", "<h1>Valoramos tu privacidad</h1><p>Nosotros y nuestros socios usamos cookies.</p>"),
    "cookies in English": ("Valley", "<h1>We value your privacy</h1><p>We and our partners store information on a device.</p>"),
    "age in English": ("Valley Wines", "<h1>Are you of legal drinking age?</h1><button>Yes</button><button>No</button>"),
    "age in German": ("Valley", "<h1>Bist du schon 18 Jahre alt?</h1><button>Ja</button><button>Nein</button>"),
    "age in French": ("Valley", "<h1>Avez-vous plus de 18 ans ?</h1><button>Oui</button>"),
    "age in Spanish": ("Valley", "<h1>¿Eres mayor de 18 años?</h1><button>Sí</button>"),
    "age in Italian": ("Valley", "<h1>Hai più di 18 anni?</h1><button>Sì</button>"),
    "age in Polish": ("Valley", "<h1>Czy masz ukończone 18 lat?</h1><button>Tak</button>"),
    "age in Russian": ("Valley", "<h1>Вам исполнилось 18 лет?</h1><button>Да</button>"),
    "age in Dutch": ("Valley", "<h1>Ben je 18 jaar of ouder?</h1><button>Ja</button>"),
    "adult content": ("Valley", "<h1>This website contains adult content</h1><p>You must be 18 or older to enter.</p><button>Enter</button>"),
    "country": ("Valley", "<h1>Choose your country or region</h1><a href=/de>Deutschland</a> <a href=/fr>France</a>"),
    "country in German": ("Valley", "<h1>Wählen Sie Ihr Land</h1><a href=/de>Deutschland</a> <a href=/at>Österreich</a>"),
    "language in Dutch": ("Valley", "<h1>Kies je taal</h1><a href=/nl>Nederlands</a> <a href=/fr>Français</a>"),
    "browser": ("Valley", "<h1>Your browser is not supported</h1><p>Please upgrade to a newer browser.</p>"),
    "professionals": ("Valley Pharma", "<h1>Are you a healthcare professional?</h1><button>Yes</button><button>No</button>"),
}  # fmt: skip
for name, (title, body) in _GATES.items():
    TABLE.untold(
        f"gate everywhere: {name}",
        _everywhere(Page(body=_bare(title, body))),
        K.UNSURE,
        K.BLOCKED,
        unprobed=frozenset({K.ALIVE}),
    )

_PARKED = {
    "Sedo": ("valley.example - Diese Website steht zum Verkauf! - Informationen zum Thema valley.", "<h1>valley.example</h1><p>Der Inhaber dieser Domain parkt diese beim Domain-Parking-Programm. Diese Website steht zum Verkauf!</p>"),
    "Sedo in English": ("valley.example", "<p>This webpage was generated by the domain owner using Sedo Domain Parking. Disclaimer: Sedo maintains no relationship with third party advertisers.</p>"),
    "GoDaddy": ("valley.example", "<p>This Web page is parked for FREE, courtesy of GoDaddy.com. Is this your domain? Let's turn it into a website!</p>"),
    "GoDaddy lander": ("valley.example is coming soon", "<h1>valley.example</h1><p>This domain is parked. Get this domain.</p>"),
    "Namecheap": ("valley.example - Registered at Namecheap.com", "<h1>valley.example</h1><p>This domain was recently registered at Namecheap.com. Please check back later!</p>"),
    "Afternic": ("valley.example domain name is for sale. Inquire now.", "<h1>valley.example</h1><p>This domain is for sale. Get a price in less than 24 hours.</p>"),
    "Dan": ("The domain name valley.example is for sale | Dan.com", "<h1>The domain name valley.example is for sale!</h1><p>Listed price 2,995. Buyer protection, fast transfer.</p>"),
    "HugeDomains": ("valley.example is for sale | HugeDomains", "<h1>valley.example</h1><p>Buy now for 2,895 or 120.63 a month. This domain is for sale.</p>"),
    "Bodis": ("valley.example", "<p>2026 Copyright. All Rights Reserved. The Sponsored Listings displayed above are served automatically by a third party. Neither the service provider nor the domain owner maintain any relationship with the advertisers.</p>"),
    "Strato": ("STRATO - Domain reserviert", "<h1>Diese Internetpräsenz wurde soeben freigeschaltet</h1><p>Diese Domain ist bei STRATO registriert.</p>"),
    "IONOS": ("valley.example", "<h1>Diese Domain ist bereits registriert</h1><p>Hier entsteht eine neue Website.</p>"),
    "united-domains": ("valley.example - Domain im Kundenauftrag registriert", "<h1>Domain im Kundenauftrag registriert</h1><p>valley.example wurde im Kundenauftrag registriert.</p>"),
    "OVH": ("Félicitations ! Votre domaine a bien été créé chez OVHcloud !", "<h1>Félicitations !</h1><p>Votre domaine a bien été créé chez OVHcloud.</p>"),
    "Gandi": ("valley.example", "<h1>Ce nom de domaine a été enregistré chez Gandi.net</h1><p>Il est actuellement parqué par le propriétaire.</p>"),
    "Spanish": ("valley.example", "<h1>El dominio valley.example está a la venta</h1><p>Compra este dominio</p>"),
    "Dutch": ("valley.example", "<h1>Deze domeinnaam is te koop</h1>"),
    "Polish": ("valley.example", "<h1>Domena valley.example jest na sprzedaż</h1>"),
    "Russian": ("valley.example", "<h1>Домен valley.example продаётся</h1><p>Купить домен</p>"),
    "Reg.ru": ("valley.example", "<h1>Домен valley.example зарегистрирован в REG.RU</h1><p>Сайт пока не размещён</p>"),
    "Japanese": ("valley.example", "<h1>このドメインは現在お名前.comで取得されています</h1>"),
    "expired": ("valley.example has expired", "<h1>valley.example expired on 2026-01-03 and is pending renewal or deletion.</h1>"),
    "Portuguese": ("valley.example", "<h1>Este domínio está à venda</h1>"),
    "Italian": ("valley.example", "<h1>Questo dominio è in vendita</h1>"),
    "Turkish": ("valley.example", "<h1>Bu alan adı satılıktır</h1>"),
    "Swedish": ("valley.example", "<h1>Domänen är till salu</h1>"),
}  # fmt: skip
for name, (title, body) in _PARKED.items():
    page = Page(body=_bare(title, body))
    TABLE.soft(f"parked, {name}", _everywhere(page), K.PARKED, K.SOFT_404)
    TABLE.soft(f"parked, {name}, at home", _everywhere(page), K.PARKED, asked="/")

_LOST = {
    "WordPress": ("Page not found – Valley", "<h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found at this location. Maybe try a search?</p>"),
    "Twenty Twenty-Four": ("Page not found – Valley", "<h1>Page Not Found</h1><p>The page you are looking for does not exist, or it has been moved. Please try searching using the form below.</p>"),
    "Docusaurus": ("Page Not Found | Valley", "<h1>Page Not Found</h1><p>We could not find what you were looking for.</p><p>Please contact the owner of the site that linked you to the original URL and let them know their link is broken.</p>"),
    "VitePress": ("404 | Valley", "<p>404</p><h1>PAGE NOT FOUND</h1><blockquote>But if you don't change your direction, and if you keep looking, you may end up where you are heading.</blockquote>"),
    "VuePress": ("Valley", "<h1>404</h1><blockquote>That's a Four-Oh-Four.</blockquote><a href=/>Take me home.</a>"),
    "VuePress, another day": ("Valley", "<h1>404</h1><blockquote>How did we get here?</blockquote><a href=/>Take me home.</a>"),
    "MkDocs Material": ("Valley", "<h1>404 - Not found</h1>"),
    "Next.js": ("404: This page could not be found.", "<h1>404</h1><h2>This page could not be found.</h2>"),
    "Nuxt": ("404 - Page not found: /guides/red", "<h1>404</h1><p>Page not found: /guides/red</p><a href=/>Go back home</a>"),
    "Gatsby": ("404: Not Found", "<h1>404: Not Found</h1><p>You just hit a route that doesn't exist... the sadness.</p>"),
    "Ghost": ("404 — Page not found", "<h1>404</h1><p>Page not found</p><a href=/>Go to the front page →</a>"),
    "Laravel": ("Not Found", "<div>404</div><div>Not Found</div>"),
    "Rails": ("The page you were looking for doesn't exist (404)", "<h1>The page you were looking for doesn't exist.</h1><p>You may have mistyped the address or the page may have moved.</p>"),
    "Drupal": ("Page not found | Valley", "<h1>Page not found</h1><p>The requested page could not be found.</p>"),
    "Joomla": ("404 - Category not found", "<h1>The requested page can't be found.</h1><p>An error has occurred while processing your request.</p><p>You may not be able to visit this page because of: an out-of-date bookmark or favourite, a mistyped address</p>"),
    "Shopify": ("404 Not Found – Valley", "<h1>404 Page Not Found</h1><p>The page you requested does not exist. Click here to continue shopping.</p>"),
    "PrestaShop": ("This page could not be found", "<h1>The page you are looking for was not found.</h1><h4>Sorry for the inconvenience.</h4><p>Search again what you are looking for</p>"),
    "Magento": ("404 Not Found", "<h1>Whoops, our bad...</h1><p>The page you requested was not found, and we have a fine guess why.</p>"),
    "MediaWiki": ("Red shoes - Valley", "<h1>Red shoes</h1><p>There is currently no text in this page. You can search for this page title in other pages, or create this page.</p>"),
    "phpBB": ("Information", "<h2>Information</h2><p>The requested topic does not exist.</p>"),
    "Discourse": ("Oops! That page doesn’t exist or is private.", "<h1>Oops! That page doesn’t exist or is private.</h1>"),
    "TYPO3": ("Page Not Found", "<h1>Page Not Found</h1><p>The page did not exist or was inaccessible. Reason: ID was not an accessible page</p>"),
    "GitHub Pages": ("Site not found · GitHub Pages", "<h1>404</h1><p>There isn't a GitHub Pages site here.</p>"),
    "Squarespace": ("Valley", "<p>We couldn't find the page you were looking for. This is either because: There is an error in the URL entered into your web browser, or the page you are looking for has been moved or deleted.</p>"),
    "Wix": ("Error 404", "<h1>This page isn’t available</h1><p>The link you followed may be broken, or the page may have been removed.</p>"),
    "product": ("Red shoes", "<h1>This product is no longer available</h1><p>See what is similar.</p>"),
    "product in German": ("Artikel nicht verfügbar", "<h1>Dieser Artikel ist leider nicht mehr verfügbar</h1>"),
    "product in French": ("Produit indisponible", "<h1>Ce produit n'est plus disponible</h1>"),
    "event": ("Event", "<h1>This event has ended</h1>"),
    "event in German": ("Veranstaltung", "<h1>Diese Veranstaltung hat bereits stattgefunden</h1>"),
    "job": ("Job", "<h1>This position has been filled</h1><p>We are no longer accepting applications.</p>"),
    "job in German": ("Stellenangebot", "<h1>Diese Stelle ist nicht mehr verfügbar</h1><p>Die Stellenanzeige ist abgelaufen.</p>"),
    "job in French": ("Offre", "<h1>Cette offre a expiré</h1><p>L'offre d'emploi n'est plus en ligne.</p>"),
    "ad in German": ("Anzeige", "<h1>Die gewünschte Anzeige ist nicht mehr verfügbar.</h1>"),
    "ad in Polish": ("Ogłoszenie", "<h1>To ogłoszenie jest już nieaktualne</h1>"),
    "ad in Russian": ("Объявление", "<h1>Объявление снято с публикации</h1>"),
    "profile": ("Profile", "<h1>Sorry, this profile isn't available</h1>"),
    "video": ("Video", "<h1>This video is unavailable</h1><p>It has been removed by the uploader.</p>"),
    "search": ("Search", "<h1>Your search did not match any documents</h1>"),
    "Hugo in Hindi": ("404", "<h1>404</h1><p>क्षमा करें, यह पृष्ठ उपलब्ध नहीं है।</p>"),
    "Ukrainian": ("Помилка", "<h1>Сторінку не знайдено</h1><p>Можливо, вона була видалена.</p>"),
    "Estonian": ("Lehekülge ei leitud", "<h1>Lehekülge ei leitud</h1>"),
    "Catalan": ("No s'ha trobat la pàgina", "<h1>No s'ha trobat la pàgina</h1>"),
}  # fmt: skip
_TERSE = frozenset({"event"})
"""A line alone without a word that we know may be an empty shell."""
for name, (title, body) in _LOST.items():
    page = Page(body=html(title, body))
    kinds = (K.SOFT_404, K.UNSURE) if name in _TERSE else (K.SOFT_404,)
    TABLE.soft(f"lost, {name}", {"*": page}, *kinds)
    TABLE.untold(f"lost, {name}, at its own address", page, K.UNSURE, K.ALIVE, K.SOFT_404)

_P = "<p>Soles are cut from one piece, and each pair is sewn by one person from the first stitch to the last.</p>"
_LIVE = {
    "an article about 404 pages in German": ("Seite nicht gefunden: so gestalten Sie 404-Seiten", "<h1>Seite nicht gefunden: so gestalten Sie 404-Seiten</h1>" + "<p>Eine gute Fehlerseite hilft weiter. Sie sagt, was geschehen ist, und bietet die Suche an, statt den Leser stehen zu lassen.</p>" * 5),
    "a short blog post on 404": ("Our new 404 page", "<h1>Our new 404 page</h1><p>We gave the error page a fresh coat of paint this week. It now shows a random pair of shoes, and there is a search box below it.</p>"),
    "docs of an error code": ("404 Not Found - HTTP | Docs", "<h1>404 Not Found</h1><p>The HTTP 404 Not Found client error response status code indicates that the server cannot find the requested resource. Links that lead to a 404 page are often called broken or dead links and can be subject to link rot.</p><h2>Status</h2><p>404 Not Found</p><h2>Examples</h2><p>For example, if you try to visit a page, you may see this.</p>"),
    "a help page for lost pages": ("Page not found? Try this", "<h1>Page not found? Try this</h1><ol><li>Check the spelling of the address.</li><li>Go to the start page and follow the menu.</li><li>Search for the product by its number.</li></ol>"),
    "a password help page": ("Forgot your password?", "<h1>Forgot your password?</h1><p>Open the sign-in page and press the link below the form. We send a letter with a code, which is valid for one day.</p>"),
    "an FAQ on locked accounts": ("My account is locked", "<h1>My account is locked</h1><p>After five wrong passwords an account is locked for an hour. Access denied means that the hour is not over yet. Write to us if it happens again.</p>"),
    "docs of a login endpoint": ("Login - API reference", "<h1>Login</h1><p>POST /login with username and password gives a token. 401 Unauthorized: the password was wrong. 403 Forbidden: the user may not sign in here.</p>"),
    "a maintenance window": ("Planned maintenance on 12 May", "<h1>Planned maintenance on 12 May</h1><p>On 12 May from 2 to 4 in the morning the shop will be unavailable, since we move it to a new server. Orders of the night are worked on the next day.</p>"),
    "a status page": ("Status", "<h1>All systems operational</h1><p>Shop: operational. Mail: operational. 3 May: Service unavailable for ten minutes, resolved.</p>"),
    "out of stock": ("Red shoes", "<h1>Red shoes</h1><p>Currently unavailable. We don't know when this item will be back in stock.</p><p>Soft leather, sizes 36 to 44, hand sewn.</p>"),
    "sold out in German": ("Rote Schuhe", "<h1>Rote Schuhe</h1><p>Ausverkauft. Weiches Leder, Größen 36 bis 44, von Hand genäht.</p>"),
    "a tag list": ("Posts tagged 404", "<h1>Posts tagged 404</h1><ul><li>How we count broken links</li><li>A day of redirects</li></ul>"),
    "thanks": ("Thank you", "<h1>Thank you for your order</h1><p>A letter is on its way.</p>"),
    "an empty category": ("Winter boots", "<h1>Winter boots</h1><p>There are no products in this category yet.</p>"),
    "a past event": ("Open day 2024", "<h1>Open day 2024</h1><p>This event has ended. 300 visitors saw how a shoe is made; thanks to all who came. Photographs are below.</p>"),
    "a job": ("Cobbler wanted", "<h1>Cobbler wanted</h1><p>Full time, from June. You sew, cut and talk to people. Apply by letter.</p>"),
    "a list of jobs without any": ("Jobs", "<h1>Jobs</h1><p>There are currently no open positions. Look again in autumn.</p>"),
    "a changelog": ("Release 2.0", "<h1>Release 2.0</h1><ul><li>The old export has been removed.</li><li>The /v1 address no longer exists.</li><li>Error 500 on empty carts fixed.</li></ul>"),
    "a song": ("Error 404 - a song by the Valley Boys", "<h1>Error 404</h1><p>From the album Lost in the Valley. Lyrics: I was looking for a page that was never there, I was looking for you everywhere.</p>" + _P),
    "a hotel": ("Zimmer 404", "<h1>Zimmer 404</h1><p>Doppelzimmer mit Blick auf die Mühle, 89 Euro die Nacht.</p>"),
    "a product number": ("Model 404 hiking boot", "<h1>Model 404 hiking boot</h1><p>Waterproof, 1.2 kg, made for snow. 189.00</p>"),
    "under construction as a subject": ("Bridge under construction", "<h1>Bridge under construction</h1><p>The bridge over the mill stream is under construction until May. Please come by the upper road.</p>" + _P),
    "access": ("Access", "<h1>Access</h1><p>From the station walk up Mill Lane. Access is forbidden for lorries.</p>"),
    "robots as a subject": ("Are you a robot? A play in three acts", "<h1>Are you a robot? A play in three acts</h1><p>By the Valley Players, each Saturday in May.</p>" + _P),
    "human verification as a subject": ("How CAPTCHAs verify you are human", "<h1>How CAPTCHAs verify you are human</h1><p>A box to tick says more than it seems to: it looks at how the mouse got there. Verify you are human, it says, and thinks about you.</p>" + _P * 5),
    "a domain sale as news": ("Domain sold", "<h1>Our old domain is sold</h1><p>valley-shoes.example belongs to a baker now. Ours is the one you are on.</p>" + _P),
    "cookie policy": ("Cookie policy", "<h1>Cookie policy</h1><p>We use one cookie, which remembers your cart for a day.</p>"),
    "a code page": ("Fehlercode 503", "<h1>Fehlercode 503 am Ofen</h1><p>Der Ofen zeigt 503, wenn die Tür offen steht. Schließen Sie die Tür und starten Sie neu.</p>"),
    "obituary": ("Gone but not forgotten", "<h1>Gone but not forgotten</h1><p>Anna Miller sewed our boots for forty years.</p>" + _P),
    "a film": ("The page that wasn't there", "<h1>The page that wasn't there</h1><p>A short film about a book with a missing page. The missing page was never found.</p>" + _P),
    "sign-in page itself": ("Sign in", "<h1>Sign in</h1>" + _FORM.format(u="User name", p="Password", b="Sign in")),
    "a listing of files": ("Index of /files", "<h1>Index of /files</h1><pre><a href=../>../</a>\n<a href=a.pdf>a.pdf</a> 02-May-2024 10:00 12k\n<a href=b.pdf>b.pdf</a> 02-May-2024 10:00 9k</pre>"),
    "a page with a login box": ("Hours", "<h1>Hours</h1><p>We are open from 9 to 12 on weekdays.</p><aside>" + _FORM.format(u="User", p="Password", b="Log in") + "</aside>"),
    "a post on nginx": ("Welcome to nginx on the Pi", "<h1>Installing nginx on the Pi</h1><p>If all went well, the browser says Welcome to nginx! and you can put your own page there.</p>" + _P),
    "chinese news on errors": ("如何处理404页面", "<h1>如何处理404页面</h1><p>当用户访问的页面不存在时，服务器返回404状态码。一个好的错误页面可以帮助用户找到他们需要的内容，并留在网站上。本文介绍五种方法。</p>"),
    "a museum": ("Closed for maintenance in January", "<h1>Museum closed in January</h1><p>The museum is closed for maintenance in January. We will be back on the first of February with a new room.</p>"),
}  # fmt: skip
_PERSON = frozenset(
    {
        "docs of an error code",
        "a song",
        "a hotel",
        "sign-in page itself",
        "a tag list",
        "a help page for lost pages",
        "a film",
        "chinese news on errors",
        "a changelog",
    }
)
"""They say so loudly that something is missing that "unsure" is right too."""
for name, (title, body) in _LIVE.items():
    page = Page(body=html(title, body))
    kinds = (K.ALIVE, K.UNSURE) if name in _PERSON else (K.ALIVE,)
    TABLE.live(f"live, {name}", page, *kinds, unprobed=frozenset({K.UNSURE}))
    beside_soft = {ASKED: page, "*": LOST}
    TABLE.live(f"live, {name}, where not-found pages answer 200", beside_soft, *kinds, unprobed=frozenset({K.UNSURE}))
_PATHS = (
    "/blog/404-errors",
    "/docs/error/404",
    "/error-codes/not-found",
    "/404",
    "/help/page-not-found.html",
    "/login-guide",
    "/search?q=shoes",
)
for path in _PATHS:
    TABLE.live(f"live, at {path}", {path: ARTICLE_PAGE}, asked=path)
    TABLE.moved(
        f"moved, to {path}",
        {"/2019/05" + path: Page(301, headers=(("Location", path),)), path: ARTICLE_PAGE},
        asked="/2019/05" + path,
    )
