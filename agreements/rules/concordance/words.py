"""
How each language writes months, numbers, articles and their kind: what the machine checks read texts by.

Stems, not words: Turkic languages, Russian and Hungarian decline them. Keys are the tags of ``vocabularies.languages``;
Kazakh in Latin letters is written by the alphabet of 2021.
"""

# January to December; each alternative is the beginning of the word.
MONTHS: dict[str, tuple[str, ...]] = {
    "en": ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"),
    "ru": ("январ", "феврал", "март", "апрел", "ма[йяею]", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"),
    "tr": ("ocak", "ocağ", "şubat", "mart", "nisan", "mayıs", "haziran", "temmuz", "ağustos", "eylül", "ekim", "kasım", "aralık"),
    "az": ("yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avqust", "sentyabr", "oktyabr", "noyabr", "dekabr"),
    "kk": ("қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйе", "қазан", "қараша", "желтоқсан"),
    "kk-Latn": ("qañtar", "aqpan", "nauryz", "säuır", "mamyr", "mausym", "şılde", "tamyz", "qyrküie", "qazan", "qaraşa", "jeltoqsan"),
    "ky": ("январ", "феврал", "март", "апрел", "ма[йя]", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"),
    "uz": ("yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avgust", "sentabr", "oktabr", "noyabr", "dekabr"),
    "uz-Cyrl": ("январ", "феврал", "март", "апрел", "май", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"),
    "tk": ("ýanwar", "fewral", "mart", "aprel", "maý", "iýun", "iýul", "awgust", "sentýabr", "oktýabr", "noýabr", "dekabr"),
    "hu": ("január", "február", "március", "április", "május", "június", "július", "augusztus", "szeptember", "október", "november", "december"),
}  # fmt: skip
# Turkish has two stems for January.
MONTHS["tr"] = ("oca[kğ]", *MONTHS["tr"][2:])

# Numbers in words, from two on: "one" is an article or a pronoun in most of these languages. Whole words; Russian
# with its cases, as they stand in treaties.
NUMBER_WORDS: dict[str, dict[int, str]] = {
    "en": {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve", 15: "fifteen", 18: "eighteen", 20: "twenty", 30: "thirty", 40: "forty", 45: "forty-five", 48: "forty-eight", 50: "fifty", 60: "sixty", 72: "seventy-two", 90: "ninety", 100: "hundred"},
    "ru": {2: "два|две|двух|двум|двумя", 3: "три|тр[её]х|тр[её]м|тремя", 4: "четыре|четыр[её]х|четыр[её]м", 5: "пять|пяти|пятью", 6: "шесть|шести|шестью", 7: "семь|семи|семью", 8: "восемь|восьми", 9: "девять|девяти", 10: "десять|десяти", 11: "одиннадцать|одиннадцати", 12: "двенадцать|двенадцати", 15: "пятнадцать|пятнадцати", 18: "восемнадцать|восемнадцати", 20: "двадцать|двадцати", 30: "тридцать|тридцати", 40: "сорок|сорока", 45: "сорок пять|сорока пяти", 48: "сорок восемь|сорока восьми", 50: "пятьдесят|пятидесяти", 60: "шестьдесят|шестидесяти", 72: "семьдесят два|семидесяти двух", 90: "девяносто|девяноста", 100: "сто|ста"},
    "tr": {2: "iki", 3: "üç", 4: "dört", 5: "beş", 6: "altı", 7: "yedi", 8: "sekiz", 9: "dokuz", 10: "on", 11: "on ?bir", 12: "on ?iki", 15: "on ?beş", 18: "on ?sekiz", 20: "yirmi", 30: "otuz", 40: "kırk", 45: "kırk ?beş", 48: "kırk ?sekiz", 50: "elli", 60: "altmış", 72: "yetmiş ?iki", 90: "doksan", 100: "yüz"},
    "az": {2: "iki", 3: "üç", 4: "dörd", 5: "beş", 6: "altı", 7: "yeddi", 8: "səkkiz", 9: "doqquz", 10: "on", 11: "on bir", 12: "on iki", 15: "on beş", 18: "on səkkiz", 20: "iyirmi", 30: "otuz", 40: "qırx", 45: "qırx beş", 48: "qırx səkkiz", 50: "əlli", 60: "altmış", 72: "yetmiş iki", 90: "doxsan", 100: "yüz"},
    "kk": {2: "екі", 3: "үш", 4: "төрт", 5: "бес", 6: "алты", 7: "жеті", 8: "сегіз", 9: "тоғыз", 10: "он", 11: "он бір", 12: "он екі", 15: "он бес", 18: "он сегіз", 20: "жиырма", 30: "отыз", 40: "қырық", 45: "қырық бес", 48: "қырық сегіз", 50: "елу", 60: "алпыс", 72: "жетпіс екі", 90: "тоқсан", 100: "жүз"},
    "kk-Latn": {2: "ekı", 3: "üş", 4: "tört", 5: "bes", 6: "alty", 7: "jetı", 8: "segız", 9: "toğyz", 10: "on", 12: "on ekı", 15: "on bes", 20: "jiyrma", 30: "otyz", 40: "qyryq", 48: "qyryq segız", 50: "elu", 60: "alpys", 90: "toqsan", 100: "jüz"},
    "ky": {2: "эки", 3: "үч", 4: "төрт", 5: "беш", 6: "алты", 7: "жети", 8: "сегиз", 9: "тогуз", 10: "он", 11: "он бир", 12: "он эки", 15: "он беш", 18: "он сегиз", 20: "жыйырма", 30: "отуз", 40: "кырк", 45: "кырк беш", 48: "кырк сегиз", 50: "элүү", 60: "алтымыш", 72: "жетимиш эки", 90: "токсон", 100: "жүз"},
    "uz": {2: "ikki", 3: "uch", 4: "toʻrt", 5: "besh", 6: "olti", 7: "yetti", 8: "sakkiz", 9: "toʻqqiz", 10: "oʻn", 11: "oʻn bir", 12: "oʻn ikki", 15: "oʻn besh", 18: "oʻn sakkiz", 20: "yigirma", 30: "oʻttiz", 40: "qirq", 45: "qirq besh", 48: "qirq sakkiz", 50: "ellik", 60: "oltmish", 72: "yetmish ikki", 90: "toʻqson", 100: "yuz"},
    "uz-Cyrl": {2: "икки", 3: "уч", 4: "тўрт", 5: "беш", 6: "олти", 7: "етти", 8: "саккиз", 9: "тўққиз", 10: "ўн", 11: "ўн бир", 12: "ўн икки", 15: "ўн беш", 18: "ўн саккиз", 20: "йигирма", 30: "ўттиз", 40: "қирқ", 45: "қирқ беш", 48: "қирқ саккиз", 50: "эллик", 60: "олтмиш", 72: "етмиш икки", 90: "тўқсон", 100: "юз"},
    "tk": {2: "iki", 3: "üç", 4: "dört", 5: "bäş", 6: "alty", 7: "ýedi", 8: "sekiz", 9: "dokuz", 10: "on", 11: "on bir", 12: "on iki", 15: "on bäş", 18: "on sekiz", 20: "ýigrimi", 30: "otuz", 40: "kyrk", 45: "kyrk bäş", 48: "kyrk sekiz", 50: "elli", 60: "altmyş", 72: "ýetmiş iki", 90: "togsan", 100: "ýüz"},
    "hu": {2: "kettő|két", 3: "három", 4: "négy", 5: "öt", 6: "hat", 7: "hét", 8: "nyolc", 9: "kilenc", 10: "tíz", 11: "tizenegy", 12: "tizenkét|tizenkettő", 15: "tizenöt", 18: "tizennyolc", 20: "húsz", 30: "harminc", 40: "negyven", 45: "negyvenöt", 48: "negyvennyolc", 50: "ötven", 60: "hatvan", 72: "hetvenkét|hetvenkettő", 90: "kilencven", 100: "száz"},
}  # fmt: skip

# What is referred to, by kind → stems of its word. "before": the word stands before the number, as in "Article 5";
# else behind it, as in "5-madde"; languages that do both have both.
ARTICLE, PARAGRAPH, POINT, ANNEX, CHAPTER = "article", "paragraph", "point", "annex", "chapter"
REFERENCE_WORDS: dict[str, dict[str, str]] = {
    "en": {ARTICLE: "articles?|arts?", PARAGRAPH: "paragraphs?|paras?", POINT: "points?|sub-?paragraphs?", ANNEX: "annex(?:es)?|appendi(?:x|ces)", CHAPTER: "chapters?"},
    "ru": {ARTICLE: r"стат(?:ья|ьи|ье|ью|ь[её]й|ей|ьям|ьях|ьями)|ст", PARAGRAPH: r"пункт\w{0,3}|п", POINT: r"подпункт\w{0,3}|пп", ANNEX: r"приложени\w{1,3}", CHAPTER: r"глав\w{1,3}"},
    "tr": {ARTICLE: r"madde\w{0,8}", PARAGRAPH: r"fıkra\w{0,8}|paragraf\w{0,8}", POINT: r"bent\w{0,6}|bend\w{0,6}", ANNEX: r"ek\w{0,3}", CHAPTER: r"bölüm\w{0,6}"},
    "az": {ARTICLE: r"maddə\w{0,8}", PARAGRAPH: r"bənd\w{0,8}|hissə\w{0,6}", POINT: r"yarımbənd\w{0,6}", ANNEX: r"əlavə\w{0,6}", CHAPTER: r"fəsil\w{0,6}|fəsl\w{0,6}"},
    "kk": {ARTICLE: r"бап\w{0,6}|баб\w{0,6}", PARAGRAPH: r"тарма\w{0,8}", POINT: r"тармақша\w{0,6}", ANNEX: r"қосымша\w{0,6}", CHAPTER: r"тарау\w{0,6}"},
    "kk-Latn": {ARTICLE: r"bap\w{0,6}|bab\w{0,6}", PARAGRAPH: r"tarma\w{0,8}", POINT: r"tarmaqşa\w{0,6}", ANNEX: r"qosymşa\w{0,6}", CHAPTER: r"tarau\w{0,6}"},
    "ky": {ARTICLE: r"берене\w{0,8}", PARAGRAPH: r"пункт\w{0,6}", POINT: r"пунктча\w{0,6}", ANNEX: r"тиркеме\w{0,6}", CHAPTER: r"глава\w{0,6}|бап\w{0,4}"},
    "uz": {ARTICLE: r"modda\w{0,8}", PARAGRAPH: r"band\w{0,6}", POINT: r"kichik band\w{0,6}", ANNEX: r"ilova\w{0,6}", CHAPTER: r"bob\w{0,6}"},
    "uz-Cyrl": {ARTICLE: r"модда\w{0,8}", PARAGRAPH: r"банд\w{0,6}", POINT: r"кичик банд\w{0,6}", ANNEX: r"илова\w{0,6}", CHAPTER: r"боб\w{0,6}"},
    "tk": {ARTICLE: r"madda\w{0,8}", PARAGRAPH: r"bölek\w{0,6}|bölegi\w{0,6}|bent\w{0,6}|bendi\w{0,6}", POINT: r"bentçe\w{0,6}", ANNEX: r"goşundy\w{0,6}", CHAPTER: r"bap\w{0,6}|baby\w{0,6}"},
    "hu": {ARTICLE: r"cikk\w{0,6}", PARAGRAPH: r"bekezdés\w{0,6}", POINT: r"pont\w{0,6}", ANNEX: r"melléklet\w{0,6}|függelék\w{0,6}", CHAPTER: r"fejezet\w{0,6}"},
}  # fmt: skip
# Between the number and a word behind it: "5 inci maddede", "5-ші бап", "5. cikk", "5-nji madda".
ORDINAL = r"(?:\s?[-–.’']?\s?(?:ci|cı|cu|cü|inci|ıncı|uncu|üncü|nci|ncı|ncu|ncü|nji|njy|inji|ünji|unji|ші|шы|інші|ыншы|нші|ншы|чи|чы|чу|чү|нчи|нчы|инчи|ынчы|унчу|үнчү|sinchi|nchi|inchi|инчи|нчи|şy|şı|yi|i|й|я|ая))?"
# The languages in which the number stands before the word.
NUMBER_FIRST = frozenset({"tr", "az", "kk", "kk-Latn", "ky", "uz", "uz-Cyrl", "tk", "hu"})
# Those that write it in either order ("Madde 5" and "5 inci maddede").
NUMBER_AFTER = frozenset({"en", "ru", "tr", "az", "uz", "tk"})

# What the articles that define terms are called, or say.
DEFINITION_WORDS = (
    "definition", "use of terms", "terms and", "meaning of", "определени", "термин", "поняти", "tanım", "terim", "anlayış", "termin", "ұғым",
    "түсінік", "анықтама", "uğym", "tüsınık", "түшүнүк", "аныктама", "atama", "tushuncha", "тушунча", "ta’rif", "taʼrif", "düşünj", "kesgitleme",
    "fogalom", "meghatározás",
)  # fmt: skip

# The languages by name, in each language: what a testimonium lists ("in the English and Russian languages").
LANGUAGE_NAMES: dict[str, dict[str, str]] = {
    "en": {"en": "english", "ru": "russian", "tr": "turkish", "az": "azerbaijani|azeri", "kk": "kazakh", "ky": "kyrgyz", "uz": "uzbek", "tk": "turkmen", "hu": "hungarian"},
    "ru": {"en": "английск", "ru": "русск", "tr": "турецк", "az": "азербайджанск", "kk": "казахск", "ky": "кыргызск|киргизск", "uz": "узбекск", "tk": "туркменск", "hu": "венгерск"},
    "tr": {"en": "ingiliz", "ru": "rus", "tr": "türkçe|türk dil", "az": "azerbaycan", "kk": "kazak", "ky": "kırgız", "uz": "özbek", "tk": "türkmen", "hu": "macar"},
    "az": {"en": "ingilis", "ru": "rus", "tr": "türk", "az": "azərbaycan", "kk": "qazax", "ky": "qırğız", "uz": "özbək", "tk": "türkmən", "hu": "macar"},
    "kk": {"en": "ағылшын", "ru": "орыс", "tr": "түрік", "az": "әзербайжан|әзірбайжан", "kk": "қазақ", "ky": "қырғыз", "uz": "өзбек", "tk": "түрікмен", "hu": "венгр|мажар"},
    "kk-Latn": {"en": "ağylşyn", "ru": "orys", "tr": "türık", "az": "äzerbaijan|äzırbaijan", "kk": "qazaq", "ky": "qyrğyz", "uz": "özbek", "tk": "türıkmen", "hu": "majar|vengr"},
    "ky": {"en": "англис", "ru": "орус", "tr": "түрк", "az": "азербайжан", "kk": "казак", "ky": "кыргыз", "uz": "өзбек", "tk": "түркмөн", "hu": "венгр"},
    "uz": {"en": "ingliz", "ru": "rus", "tr": "turk", "az": "ozarbayjon", "kk": "qozoq", "ky": "qirgʻiz", "uz": "oʻzbek", "tk": "turkman", "hu": "venger"},
    "uz-Cyrl": {"en": "инглиз", "ru": "рус", "tr": "турк", "az": "озарбайжон", "kk": "қозоқ", "ky": "қирғиз", "uz": "ўзбек", "tk": "туркман", "hu": "венгер"},
    "tk": {"en": "iňlis", "ru": "rus", "tr": "türk", "az": "azerbaýjan", "kk": "gazak", "ky": "gyrgyz", "uz": "özbek", "tk": "türkmen", "hu": "wenger"},
    "hu": {"en": "angol", "ru": "orosz", "tr": "török", "az": "azerbajdzsán|azeri", "kk": "kazah", "ky": "kirgiz", "uz": "üzbég", "tk": "türkmén", "hu": "magyar"},
}  # fmt: skip
# Behind the name, so that "the Turkish Government" is no language: "language", "dil", "тіл" …
LANGUAGE_WORDS: dict[str, str] = {
    "en": "language", "ru": "язык", "tr": "dil|çe|ça|ce|ca", "az": "dil", "kk": "тіл", "kk-Latn": "tıl", "ky": "тил", "uz": "til", "uz-Cyrl": "тил",
    "tk": "dil", "hu": "nyelv",
}  # fmt: skip

# How the States are called where the directory has no name in a language; several names parted by "|". Source: the
# names in the Organization's own documents and on the States' own pages in these languages.
STATE_NAMES: dict[str, dict[str, str]] = {
    "AZ": {"ru": "Азербайджан|Азербайджанская Республика", "kk": "Әзербайжан|Әзірбайжан", "ky": "Азербайжан", "uz": "Ozarbayjon", "uz-Cyrl": "Озарбайжон", "tk": "Azerbaýjan", "hu": "Azerbajdzsán"},
    "KZ": {"ru": "Казахстан", "kk": "Қазақстан", "kk-Latn": "Qazaqstan", "ky": "Казакстан", "uz": "Qozogʻiston", "uz-Cyrl": "Қозоғистон", "tk": "Gazagystan", "hu": "Kazahsztán"},
    "KG": {"ru": "Кыргызстан|Кыргызская Республика", "kk": "Қырғызстан|Қырғыз Республикасы", "kk-Latn": "Qyrğyzstan|Qyrğyz Respublikasy", "ky": "Кыргызстан|Кыргыз Республикасы", "uz": "Qirgʻiziston|Qirgʻiz Respublikasi", "uz-Cyrl": "Қирғизистон|Қирғиз Республикаси", "tk": "Gyrgyzystan|Gyrgyz Respublikasy", "hu": "Kirgizisztán|Kirgiz Köztársaság"},
    "TR": {"ru": "Турция|Турецкая Республика", "kk": "Түркия|Түрік Республикасы", "ky": "Түркия|Түрк Республикасы", "uz": "Turkiya", "uz-Cyrl": "Туркия", "tk": "Türkiýe", "hu": "Törökország|Török Köztársaság"},
    "UZ": {"ru": "Узбекистан", "kk": "Өзбекстан", "kk-Latn": "Özbekstan", "ky": "Өзбекстан", "uz": "Oʻzbekiston", "uz-Cyrl": "Ўзбекистон", "tk": "Özbegistan", "hu": "Üzbegisztán"},
    "TM": {"ru": "Туркменистан", "kk": "Түрікменстан", "kk-Latn": "Türıkmenstan", "ky": "Түркмөнстан", "uz": "Turkmaniston", "uz-Cyrl": "Туркманистон", "tk": "Türkmenistan", "hu": "Türkmenisztán"},
    "HU": {"ru": "Венгрия", "kk": "Венгрия|Мажарстан", "ky": "Венгрия", "uz": "Vengriya", "uz-Cyrl": "Венгрия", "tk": "Wengriýa", "hu": "Magyarország"},
}  # fmt: skip
