"""Words of praise and of blame in Russian and English; lower-cased text."""

# ruff: noqa: E501 — alternatives that belong together stand on one line

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_PRAISE_RU = r"""(?:отличн|прекрасн|замечательн|хорош|супер|класс(?:н|$|\b)|шикарн|великолепн|понрав|нрав(?:ит|ят)ся|довол|спасибо|благодар|рекомендую|рад(?:а|ы|ует)?\b|быстр(?:о|ая|ый|ое|ые|ую)\b|удобн|вежлив|приветлив|отзывчив|доброжелат|вкусн|чист(?:о|ый|ая|ые|ота)\b|уютн|красив|приятн|качественн|профессионал|молодц|молодец|лучш(?:ий|ая|ее|ие)\b|люблю|обожаю|надежн|надёжн|оперативн|вовремя|в срок|недорог|выгодн|низкие цены|бюджетн|устраива|комфортн|топ\b|кайф|восторг|помогл[иа]\b|оригинал\b|доступн|понятн|добротн|грамотн|аккуратн|бесплатн)"""
_BLAME_RU = r"""(?:не (?:\w+ ){0,2}(?:понрав|хорош|устра|рекоменд|сове|работа|удоб|вкус|совет|откры|груз|загруж|отвеча|прив[её]з|приш[её]?л|достав|верн|соответ|стоит|помог|могу|смог|дозвон|реша|реши|пуска|заход|очень|качествен|довол|получ|рад|вежл|чист|довез)|нельзя|невозможно|никто не|плох|ужас(?:н|$|\b)|отврат|кошмар|разочаров|хам(?:ств|ят|ит|ил|ск|ло)|груб|гряз|долго|дорог(?:о|ая|ие|овато)\b|дороже|завышен|переплат|обман|развод|мошен|вор[уы]|украл|навяз|слома|сломан|порва|рван|брак|глюч|лага|тормоз|вылет|зависа|висн|очеред|некомпетент|кида|подделк|ошибк|проблем|беси|раздраж|надоел|задолбал|достал[аи]?\b|бред|позор|хуже|худш|недостат|минус|помят|мят[аыо]|разбит|вскрыт|отказ|неудобн|невкусн|безобраз|говно|дерьмо|хрень|жесть|никак(?:ой|ая|ие)|опозда|задерж|просроч|жаль|к сожалению|сыр(?:ой|ое) прил|слишком|опасн|отрав|врут|жалоб|сняли|списали|некачествен|слаб|потеря|маломер|воня)"""
_PRAISE_EN = r"""(?:great|good|excellent|amazing|awesome|love|perfect|wonderful|nice|fantastic|best\b|friendly|helpful|delicious|tasty|attentive|reasonabl|fast\b|quick|clean\b|comfortable|recommend|happy|pleased|easy|cheap(?:er)?\b|affordable|beautiful|cozy|prompt|polite|worth|superb|outstanding|thank|satisf|fresh|soft\b|flattering|well made|bargain|enjoy|works)"""
_BLAME_EN = r"""(?:(?:not|n't|never|no longer) (?:\w+ ){0,2}(?:good|great|work|recommend|worth|happy|like|fit|buy|clean|friendly|help|arriv|respon|refund|receiv|impress|satisf|open|load|well)|bad\b|terribl|awful|horribl|worst|poor|rude|slow\b|dirty|filthy|broke|broken|disappoint|overpriced|pricey|expensive|waste|scam|fraud|rip[- ]?off|crash|bug(?:s|gy)\b|freez|useless|annoy|defective|cheaply|damaged|late\b|lied|mislead|cold\b|bland|tasteless|unfortunately|problem|issue|fail|return(?:ed|ing)|too (?:small|big|large|short|long|tight|many|much)|itchy|shrunk|noisy|cramped|mediocre|fake|stole|unhelpful|charged|error|lack|refus|never|ridiculous|cheap(?:ly)? (?:made|look|feel|qual|mater))"""

_FAULTS_RU = r"""(?:таракан|клоп(?:ы|ов|ами|а)?\b|плесен|грибок|антисанит|мыш[иь]\b|крыс|шумно|шумн(?:ый|ая|ые)\b|холодн(?:о|ая|ый|ое|ые)\b|ледян|душно|сквоз(?:ит|ня)|тесн(?:о|ый|ая|ые|ота)\b|сырост|обсчит|обвес|подсун|скудн|бедн(?:ый|ая|ое|ые|оват)\b|кусаются|втридорога|граб[её]ж|грабит|конск|неадекватн|перебор\b|с опозд|позже|поздно|недовоз|недовес|недолож|равнодуш|безразличн|нагруб|нахам|хамк|накрич|орал[аи]?\b|швыр|игнор|отфутбол|отпис(?:ыва|к)|прожда|просто[яи]л|просидел|заставил\w* ждать|жда(?:л|ли|ла)\b(?! (?:от|с нетерп))(?! не\b)|(?:стоял|стояли|стояла) (?:\w+ )?(?:\w+ )?(?:час|минут|в очеред)|невежл|бестакт|волокит|тухл|протух|пересол|недосол|подгор|треснул|трещин|скол(?:ы|ами|ов)?\b|отклеил|отвал|облез|линя[юе]|рвутся|рв[её]тся|колется|жулик|контрафакт|реплика|поддел|ни разу не|ничего не|так и не|не (?:отд|дали|дозв|гре|охлажд|слуш|улыб|зна[еюл]|умее|хвата|был[оаи]? в наличии)|хрома(?:ет|ют)|подкачал|никудышн|никчемн|ничего хорошего|каш[ау] во рту|вонь|воня|пахнет (?:сыр|плес|пот|канал|таб|кур)|пятн(?:а|ах|ами|о)\b|вскрыт|потеря|утер[яи]|застрял|промок|чуж(?:ой|ую|ие|ое)\b|треб\w+ перерег|съеда|жр[её]т|запутан|убит(?:ый|ая|ые|о)\b|дорог(?:ой|ое|ие|ую|их)\b|дороговат)"""
_FAULTS_EN = r"""(?:bed ?bugs?\b|cockroach|roach(?:es)?\b|m(?:o|ou)ld(?:y)?\b|mildew|waited|forgot|overcharg|ignor|torn\b|missing|lost\b|leak|stale\b|soggy|stain|smell(?:s|ed|y)?\b|stink|stank|reek|loud\b|tiny\b|out of stock|hung up|rolled (?:his|her|their) eyes|outrageous|ridiculous|steep\b|doubled\b|denied|drain(?:s|ed|ing)?\b|unprofessional|incompetent|dishonest|unreliable|flimsy|undercooked|overcooked|burnt\b|not (?:as (?:described|pictured)|what)|never (?:came|arrived|showed|called|got|returned)|delay|wrong (?:address|item|size|order|one)|uncomfortable|unclean|unsafe|undone)"""
_LIKED_RU = r"""(?:любезн|тих(?:о|ий|ая|ое)\b|божеск|летает\b|как часы|на высоте|порадовал|радует|идеальн|безупречн|превосходн|внимательн|заботлив|тактичн|честн|прозрачн|цел(?:ый|ая|ые|о|ыми)\b|плотн(?:ый|ая|ое|ые)\b|простор|огромн(?:ый|ая|ое|ые) (?:выбор|ассорт|терр|номер|парков)|(?:выбор|ассортимент|территория|парковка) (?:\w+ )?(?:огромн|больш|широк)|минута в минуту|день в день|без (?:вопросов|лишних|проблем|заминок|нареканий|замечаний)|в тот же день|не пришлось ждать|ждать не пришлось|ждать не застав|улыба|старал|старается|продуман|золот(?:о|ые|ая) ?(?:рук|$|\b)|ниже (?:чем|,|некуда|рынк)|скидк|лучше всех|спокойн|свеж|щедр|стерильн|воспитанн)"""
_LIKED_EN = r"""(?:gem\b|spotless|immaculate|hard to beat|unbeatable|bent over backwards|went above|above and beyond|kind\b(?! of)|lovely|courteous|welcoming|spacious|quiet\b|pristine|smooth|flawless|early\b|on time|right away|no (?:hassle|complaints)|hassle[- ]free|honest|trustworth|as (?:described|promised|advertised|pictured)|fair(?:ly)? pric|never let (?:me|us) down|impeccab|generous|knowledgeable|five stars|highlight)"""
_DENIABLE_RU = r"""(?:обман|хамств|хамов|груб(?:ост|иян)|очеред|брак|развод|мошен+ич|мошен+ик|гряз|таракан|клоп|плесен|глюк|баг(?:ов|и|а)?\b|лаг(?:ов|и)?\b|ошиб(?:ок|ки)|проблем|задерж|опозд|переплат|навязыв|поддел|накрут|скрыт\w+ (?:комисс|плат)|комисси|дефект|царапин|нарекани|претензи|жалоб|замечани|недостат|минус(?:ов|ы)\b|сбо(?:ев|я|и)\b|вылет(?:ов|ы)|зависани|тормозов|реклам|вон[ьи]\b|шума?\b|посторонн\w+ запах|ожидани|волокит|хлопот|сюрприз|подвох)"""
_DENIABLE_EN = r"""(?:scam|fraud|fake|rip[- ]?off|queue|lines?\b|wait(?:ing|s)?\b|bugs?\b|crash(?:es)?|glitch|issues?|problems?|complain|hidden (?:fees|charges|cost)|delays?|rude\w*|smell|dirt|noise|roach|damage|defect|errors?|ads\b|hassle|flaws?)"""
_GOODS_RU = r"""(?:парковк[иа]|выбора?|ассортимент[а]?|качеств[ао]|сервиса?|обслуживани[ея]|поддержк[иа]|связ[иь]|вежливост[иь]|чистот[ыа]|порядка|уюта?|скидок|гаранти[ия]|интернета?|вай-?фай|wi-?fi|лифта?|воды|света|отоплени[ея]|кондиционера?|полотенец|мест[ао]?|размеров|инструкци[ия]|упаковк[иа]|возврата?)"""

PRAISE: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "ru": re.compile(
            rf"(?<!не )(?<!не очень )(?<!ни )(?<!не сильно )(?<!ничего )\b(?:{_PRAISE_RU}|{_LIKED_RU})"
        ),
        "en": re.compile(
            rf"(?<!not )(?<!n't )(?<!no )(?<!never )(?<!not very )\b(?:{_PRAISE_EN}|{_LIKED_EN})"
        ),
    }
)
BLAME: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "ru": re.compile(
            rf"(?<!не )(?<!нет )(?<!без )(?<!ни )\b(?:{_BLAME_RU}|{_FAULTS_RU}"
            rf"|{_GOODS_RU} (?:\w+ )?(?:нет|нету|никак\w+)\b(?! \w)|(?:нет|нету) {_GOODS_RU}\b)"
        ),
        "en": re.compile(rf"(?<!not )(?<!n't )(?<!no )\b(?:{_BLAME_EN}|{_FAULTS_EN})"),
    }
)
DENIED: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "ru": re.compile(
            rf"\b(?:без|ни|нет|нету|никак(?:ого|ой|их)) (?:малейш\w+ |как\w+-либо )?{_DENIABLE_RU}\w*"
            rf"(?: и {_DENIABLE_RU}\w*)?"
            r"|\bреш(?:ить|ил\w*|ают|али|ает) (?:\w+ )?(?:вопрос|проблем)\w*"
            rf"|\b{_DENIABLE_RU}\w*(?: и {_DENIABLE_RU}\w*)? (?:\w+ ){{0,2}}(?:нет|нету|не было|не (?:обнаруж|заме[тч]|наш|встре|"
            r"возник|вид[енл]|испыт|ощу[щт])\w*)\b"
        ),
        "en": re.compile(
            rf"\b(?:no|without|zero|not an?|isn't an?|never any) (?:more |single )?{_DENIABLE_EN}\w*"
            rf"(?: (?:and|or) (?:no )?{_DENIABLE_EN}\w*)?"
        ),
    }
)
"""Faults that are said not to be there: praise."""
EXCEPTIONS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "ru": re.compile(
            r",? ?\b(?:кроме(?! того| этого| как )|за исключением|не считая|если не считать"
            r"|(?:вот|разве) (?:только|что)|исключая)\b"
        ),
        "en": re.compile(
            r",? ?\b(?:except(?: for| that)?|apart from|aside from|other than|but for"
            r"|besides(?= the| for)|with the exception of)\b"
        ),
    }
)
"""What stands behind is judged the other way than what stands before."""
