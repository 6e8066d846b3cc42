"""Words of a concrete problem, of specifics, and of a wish, in Russian and English.

Every repetition in a pattern is bounded: a text made to be slow costs no more than another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_MONTH_RU = "(?:января|феврал|марта|апрел|мая|июн|июл|август|сентябр|октябр|ноябр|декабр)"
_SPAN_RU = r"(?:секунд|минут|мин\b|час|д(?:ень|н[яией])|сут[ко]|недел|месяц|мес\b|год|лет\b)"
_COUNT_RU = (
    r"(?:\d{1,4}|одн[ауо]|дв[ае]|двух|три|тр[её]х|четыре|пять|шесть|семь|восемь|десять|пар[ау]|"
    r"нескольк\w{1,3}|полтора|полторы|пол)"
)
_FAILS_RU = (
    "работа|груз|загруж|прогруж|откры|включ|приш|приход|прив[её]з|прислал|достав|отвеча|ответил|"
    "отправ|верну|возвращ|реша|решил|реаг|помог|могу|может|могла|смог|дозвон|выда|начис|получ|"
    "пуска|вход|заход|зайти|показ|воспроизв|соответ|подош|хвата|предупре|перезвон|исправ|"
    "неисправ|доступ|закрыва|зачис|увелич|найти|наш[её]л|актив|приним|предлож|да[юл]|перемот|"
    "скача|сохраня|оповеща|играе|стира|держ|меня|извин|убра|начал|подключ|совпада|назва|провод"
)
_SAYING_RU = "(?:сказать|жаловаться|пожаловаться|придраться|нарадоваться|налюбоваться|нахвалиться)"
_ALL_SAID_RU = r"(?<!сказать )(?<!жаловаться )(?<!придраться )"
"""Who "can say nothing bad" has no problem."""
_DENIED_RU = (
    r"(?<!\bбез )(?<!\bне )(?<!\bнет )(?<!\bни )"
    r"(?<!\bникаких )(?<!\bникакого )(?<!\bникакой )"
)
_PROBLEM_RU = (
    rf"{_ALL_SAID_RU}(?:не|ни как|никак)\s?(?:\w{{1,25}} ){{0,2}}(?:{_FAILS_RU})\w{{0,15}}"
    rf"(?! {_SAYING_RU})"
    r"|(?:нельзя|невозможно|нет возможност\w|неудобн\w{1,3}|некуда|негде|никто)"
    rf"|{_DENIED_RU}"
    r"(?:вылет|слета|завис|висн|висит|висел|глюч|лага|тормо|пропада|пропал|исчез|сброс|заблок"
    r"|блокир|слома|лома[еюл]|полом|порва|порван|треснул|разбит|разбил|проте[кч]|протух|просроч"
    r"|облез|отвал|отклеи|изношен|плесен|антисан|воня|воню|грязн|запах хлор|мусор|облезл"
    r"|списал|списыва|списан|сняли|украл|ворую|ворует|обманул|обманы|обман|навяз|мошен|надул|кинул"
    r"|отказ(?:ал|ано|ыв|ались| )|нахам|хамят|хамит|хамск|нагруб|игнор|опозд|задерж|опять|ошиб"
    r"|брак|некоррект|неверн|неправильн|несоблюд|некомпет|неквалиф|завыш|переплат|перестал|сбой"
    r"|стройк|очеред|кошмар|испорт|платн(?:ым|ой|о)|комисси|дорого|дорог[аи]|мелк|шумно|шумоват"
    r"|несвеж|невкусн|ограничил|урезал|лишен|подсунул|засунул|закончил|начисл\w{2,4} "
    r"процент|некачеств|перебо|медлен|долго|не\s?удобн|удаля[юл]|реклам|подписк|пришлось|приходится"
    r"|мало|не то\b|не та\b|не тот|вместо|до сих пор|так и не|скры[тв])\w{0,25}\b"
    r"(?! (?:нет|нету|не было|не заме[тч]\w{1,9}|не возник\w{1,5})\b)"
)
_SPECIFICS_RU = (
    rf"\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|\d{{1,2}} {_MONTH_RU}\w{{0,3}}"
    r"|(?:в|с|до|от|мая|июля|марта) (?:19|20)\d\d|(?:19|20)\d\d ?(?:г\b|год)|\d{1,2}[:-]\d\d\b"
    r"|\d{1,3}(?:[  .,]?\d{2,3}){0,3} ?(?:р\b|руб|тыс|т\.? ?р|к\b|млн|₽|\$|€|%|процент)"
    r"\w{0,5}"
    rf"|{_COUNT_RU}[- ](?:\w{{1,12}} )?{_SPAN_RU}\w{{0,3}}|полчаса|полгода|{_COUNT_RU}(?:-х)? "
    r"(?:раз|шт|штук|звонк|отзыв|человек|лекарств|тарел|секунд|этаж|крана|Вт|вт)\w{0,3}"
    r"|(?:android|андроид|ios|iphone|айфон|samsung|самсунг|xiaomi|сяоми|huawei|redmi|windows"
    r"|смарт[- ]?тв|smart ?tv|телевизор|браузер|тв[- ]?бокс|планшет)\w{0,3}"
    r"|(?:№|номер|заказ\w?|договор\w?|обращени\w) ?\d{3,20}|[a-zа-я]{2,12}-\d{1,4}|(?:ул\.|улиц\w"
    r"|г\.|город\w?|проспект\w?) ?[А-ЯЁA-Z]\w{2,25}|верси\w \d[\d.]{0,8}|после обновлени\w"
)
_DO_RU = (
    "сдела|добав|убра|убер|исправ|верн|замен|почин|доработ|перераб|улучш|уско|реш|вернуть|настро"
    "|увелич|переведи|откро|разблок|измен|пересмотр|провер|компенс|разобра|ввести|оптимиз|подним"
)
_THANKING_RU = "(?:сказать|благодар|поблагодар|отметить|выразить|похвалить|пожелать|продолжа)"
_REQUEST_RU = (
    r"(?:прошу|просьба|просим|требую|требуем|пожалуйста|займитесь|разберитесь|верните|исправьте"
    r"|исправте|сделайте|добавьте|уберите|ускорьте|почините|доработайте|улучшите|замените|решите"
    r"|решайте|настройте|отпишитесь|перезвоните|пересмотрите|компенсируйте|измените|разблокируйте"
    r"|увеличьте|переведите|проверьте|снизьте|откройте|дайте|хотелось бы|хочется чтоб)"
    rf"(?!\w)(?! вывод)(?!,? (?:\w{{1,12}} )?{_THANKING_RU})"
    r"|(?:хочу|хотим|хотелось)\W{1,3}чтоб\w{0,2}|(?<!не )хочу (?:верну|закры|получить)"
    rf"|(?:надо|нужно|можно|стоит|стоило бы|следует|хорошо бы|пора|бы|необходимо) (?:\w{{1,20}} )"
    rf"{{0,2}}(?:{_DO_RU})\w{{0,12}}|^(?:сделать|убрать|добавить|исправить|улучшить|вернуть) "
    r"|(?:убрать|добавить|исправить|сделать) бы|стоило бы|давно бы|не хватает"
    r"|жду (?:ответа|возвр|реш)"
    r"|примите меры|обратите внимание"
)

_FAILS_EN = (
    "work|open|load|arriv|deliver|respond|repl|refund|help|connect|charge|turn|receiv|answer"
    "|log|sync|fit|match|function|install|download|come|came|last|fix|let|allow|play|start"
)
_PROBLEM_EN = (
    rf"(?:not|n't|n’t|never|cannot|no longer|won't|unable to|fails? to|failed to|refused to"
    rf"|stopped)"
    rf" (?:\w{{1,20}} ){{0,2}}(?:{_FAILS_EN})\w{{0,8}}"
    r"|(?<!\bno )(?<!\bwithout )(?<!\bnot )(?<!n't )(?<!\bnever )(?<!\bzero )(?<!\bany )"
    r"(?:crash|broke|broken|defective|damaged|torn|leak|missing|lost|stole|stolen|overcharg|late\b"
    r"|freez|froze|glitch|bug\b|bugs\b|buggy|error|rude|dirty|filthy|moldy|cold food|scam|delay"
    r"|cancell?ed|wrong|fell apart|falling apart|shrunk|ripped|stain|waited|waiting"
    r"|too (?:small|big"
    r"|large|short|long|tight|expensive|slow|loud)|overpriced|charged (?:me|us|twice)|ignored"
    r"|died|dead\b|stuck|unusable|unsafe|fake\b|counterfeit|expired|noisy|smell)\w{0,10}"
)
_MONTH_EN = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_SPECIFICS_EN = (
    rf"\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|\b{_MONTH_EN} \d{{1,2}}\b|\d{{1,2}} {_MONTH_EN}\b"
    r"|(?:in|since|on) (?:19|20)\d\d|\d{1,2}:\d\d|\d{1,2} ?[ap]m\b"
    r"|[$£€] ?\d{1,3}(?:[,.]?\d{2,3}){0,3}|\d{1,6} ?(?:dollars|bucks|usd|eur|%|percent)"
    r"|(?:\d{1,4}|one|two|three|four|five|six|seven|ten|several|half an?|a couple of)[- ]"
    r"(?:second|minute|min|hour|hr|day|week|month|year|time)s?\b"
    r"|(?:order|flight|room|ticket|model|version|invoice) ?(?:no\.?|number|#)? ?[a-z]{0,3}\d{1,12}"
    r"|\b[a-z]{1,8}-?\d{2,5}\b|(?:android|iphone|ipad|samsung|windows|macbook|chrome)\w{0,3}"
    r"|(?:after|since) the (?:last |latest |new )?update"
)
_THANKING_EN = "(?! to (?:thank|say|express|mention|praise))"
_REQUEST_EN = (
    rf"(?:please(?! (?:keep|continue|don't (?:change|stop)))|i want|i would like{_THANKING_EN}"
    rf"|i'd like{_THANKING_EN}|i demand|i expect|i request|refund me|give me"
    r"|give (?:us|me) back|(?<!to )fix (?:it|this|the|your)|bring back|should (?:be |at least )?"
    r"(?:fix|refund|replace|add|improve|change|offer|allow)|needs? to (?:be )?(?:fix|add|improve"
    r"|change|refund|replac)|could you|can you|would be (?:nice|great|better) if"
    r"|wish (?:they|you|it)"
    r"|looking for a refund|want my money)\w{0,8}"
)


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})", re.IGNORECASE | re.MULTILINE)


PROBLEM: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {"ru": _pattern(_PROBLEM_RU), "en": _pattern(_PROBLEM_EN)}
)
SPECIFICS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {"ru": _pattern(_SPECIFICS_RU), "en": _pattern(_SPECIFICS_EN)}
)
REQUEST: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {"ru": _pattern(_REQUEST_RU), "en": _pattern(_REQUEST_EN)}
)
