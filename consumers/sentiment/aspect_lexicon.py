"""Words that name an aspect, in Russian and English: evidence beside the network's own judgement.

Two patterns an aspect, for lower-cased text: a hit of the narrow one says "judges it", the absence
of the wide one "does not". Between the two they say nothing. Stems stand for forms. How often they
are right: docs/models/hand-labels.md.
"""

# ruff: noqa: E501 — alternatives that belong together stand on one line

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Patterns = Mapping[str, Mapping[str, re.Pattern[str]]]
"""Language → aspect → pattern."""

_NARROW_RU = {
    "quality": r"""(?<!в )качеств(?!енн\w+ обслуж|о обслуж|а обслуж|ом обслуж|о сервис)|некачеств|брак(?:ованн\w*|а|ом|у)?\b|
        (?:с|раз|от|по)лома(?:л|н)|отклеил|оторвал(?!с\w* от)|порвал(?:с|ис|ась)|рвутся|рвётся|рвется|не рв[уеё]т|развалил|
        разош[её]л(?:ся|ись)|вкусн|невкусн|безвкусн|вкус\b|пересол|несвеж|просроч(?!к)(?!\w* (?:кредит|плат|долг|регл|задолж))|тухл|протух|линя[елю]|катышк|скатал|
        хлипк|добротн|маломер|большемер|просвечива|садится после|протека|треснул|царапин|
        (?:не |плохо |отлично |хорошо |хреново )работает(?! (?:приложени|сайт|поддержк|банкомат|служб|отделени))|
        (?:цвет|размер|запах|звук|экран|ткань|материал|пошив|картинк\w|изображени\w|аромат|нитки) (?:не |очень |просто |совсем |оказал\w+ |тоже )?
        (?:соответств|отлич|хорош|плох|ужас|супер|прият|красив|шикар|класс|мал|больш|резк|кач|норм|ярк|стойк|тонк|плотн|мягк|насыщ|не)|
        (?:отличн|хорош|замечательн|прекрасн|классн|шикарн|плох|ужасн|отвратительн|никакой|суперск)(?:ый|ая|ое|ые|о)? (?:товар|вещь|продукт|продукци|покупк|штук|кухн|ткан|материал|матрас|колонк|фильтр|кни[гж]|фильм|сериал|контент|завтрак|еда|блюд)|
        (?:товар|вещь|вещи|продукт|продукция|кухня|завтраки?|еда|контент|колонка) (?:\w+ )?(?:отличн|хорош|замечательн|прекрасн|классн|шикарн|плох|ужасн|отврат|супер|класс|норм|говно|дерьмо|разнообразн)""",
    "assortment": r"""ассортимент|(?:больш|огромн|широк|хорош|богат|скудн|маленьк|отличн|небольш|никак)\w+ (?:\w+ )?выбор|
        выбор (?:товар|блюд|одежд|авто|машин|фильм|сериал|больш|огромн|хорош|широк|скуд|мал|отлич)|выбора нет|нет выбора|
        (?:нет|не было|нету|отсутств\w+) в наличии|вс[её] есть в наличии|(?:мало|много|нет|полно|нету|побольше|больше|куча) (?:\w+ )?(?:фильмов|сериалов|контента|каналов|передач|мультик\w+|мультфильмов|размеров|товара|товаров|моделей|программ|вкусов|аниме|видео|роликов)\b|
        разнообраз(?:ие|ия|н\w+ (?:меню|блюд|контент|еда|ассорт|товар))|меню (?:\w+ )?(?:разнообраз|скуд|больш|бедн)|шведск\w+ стол""",
    "price": r"""цен(?:а|ы|е|у|ой|ам|ами|ник\w*|ов\w+ полит\w+)\b|ценам|недорог|дорог(?:о|ой|ое|ая|ие|овато|овата|овизн\w*|оват|ущ\w+)\b(?! (?:времени|для|нам|мне|сердц|память|подар|человек|друг|доктор|сотруд|мой|моя|коллег))|дороже|д[её]шев|
        переплат|(?:высок|завышен|низк|грабительск|больш|огромн|конск|дик|бешен|скрыт|нулев|без|снял\w*|списал\w*|списыва\w+|бер[уёе]т\w*|плат\w+|взыма\w+|взима\w+)\w* (?:\w+ )?комисс|комисси[яию]\w* (?:\w+ )?(?:высок|больш|за |огром|низк|нет|отсут)|
        за (?:свои|эти|такие|такую|его|ее|её|эту|свою) (?:деньги|цену|стоимость|сумму)|стоит (?:\w+ )?(?:своих|этих|таких) денег|не стоит (?:\w+ )?денег|
        (?:высок|низк|больш|маленьк|хорош|выгодн|грабительск|завышен|огромн|конск)\w* (?:процент|ставк|тариф)|(?:процент\w*|ставк[аи]|тариф\w*) (?:\w+ )?(?:высок|низк|больш|маленьк|завышен|хорош|выгодн|огромн)|
        (?:хорош|больш|приятн|отличн)\w+ (?:скидк|кешб|кэшб|кешбе)|скидк[иау]\w* (?:хорош|больш|отлич|прият)|кэшб[эе]к|кешб[эе]к|бесплатно[ей]? обслуж|обслуживани\w+ бесплат|плат(?:а|ить) за (?:обслуж|подписк|кажд)|
        (?:дорог|плат|навязчив)\w+ подписк|подписка (?:дорог|плат|стоит)|обдиралов|грабеж|грабёж|втридорога|по акции за|выгодно\b|бюджетн""",
    "delivery": r"""доставк|доставля(?!\w+ (?:не|удо|рад|масс|боль|уйм|немал|дискомф))|достави(?:ли|л|ть|т)\b|курьер|пункт\w* выдачи|пвз\b|посылк|транспортн\w+ компани|
        (?:пришл[оаи]|приш[её]л|приехал[аио]?|привезли) (?:\w+ )?(?:очень |\w+ )?(?:быстр|поздно|раньше|вовремя|в срок|на следующий день|через \d|за \d|с опозд|мят|порван|разбит|помят|сломан|вскрыт|грязн|рван|цел|битым|битая|в цел|не то|не тот|не та)|
        быстро (?:пришл|приш[её]|привез|доех|приех)|(?:коробк|пакет|бутыл|банк)\w* (?:\w+ )?(?:помят|порван|вскрыт|рван|разбит|мят[аы]|в хлам|грязн|лопнул|деформир)|
        (?:помят|порванн|вскрыт|рван|разбит|мят|грязн|дран)\w+ (?:коробк|упаков|пакет)|
        упаковк|упакован[оаы]?\b|запакова|не (?:привезли|прислали|доложили)|прислали (?:не т|друг|вместо|брак|снов|опять)|недовоз|довез(?:ли|ен)|недолож|(?:заказ|товар|посылк)\w* (?:\w+ ){0,3}не (?:приш|приех|получ|достав)|не (?:приш[её]л|пришл[аои]|приехал\w?|получил\w?|получен\w?|доставлен\w?) (?:\w+ ){0,2}(?:заказ|товар|посылк)""",
    "staff": r"""персонал(?!ьн)|сотрудни(?:к|ц)(?!ича)|менеджер|консультант|официант|кассирш?|девушк[аи] (?:на|в|за|кото|оператор|администр)|
        администратор|оператор(?:ы|ов|а|ам|ш\w*)?\b(?! связи| сотов)|обслуживани(?:е|ем|я|и) (?:\w+ )?(?:на |отлич|хорош|ужас|плох|прекрас|супер|отврат|быстр|медл|класс|никак|выше|ниже|высш|долг)|
        (?:отличн|хорош|ужасн|плох|прекрасн|отвратительн|медленн|качественн|никак|вежлив|быстр)\w+ обслуж|обслужи(?:ли|л|ла|вают)\b|хам(?:ств|ят|ит|ил|ск|ло|ов|к|ь[её])|нахамил|гр[уу]б(?:ят|ит|ить|ил|иян)|нагрубил|
        вежлив|невежлив|приветлив|отзывчив|доброжелат|недоброжел|тактичн|бестактн|мастер(?:а|у|ом|ов)?\b(?! класс|-класс)|врач|продавец(?! обман)|продавц[аоуы]|
        (?:служб\w|тех\w*) ?поддержк|поддержка (?:\w+ )?(?:не |отвеч|помог|работ|отлич|хорош|быстр|ужас|никак)|поддержке (?:\w+ )?(?:не |отвеч|помог)|специалист[аыу]?\w*|профессионал|некомпетентн|компетентн|
        (?:разработчик|создател)\w* (?:\w+ )?(?:молодц|молодец|спасиб|красав|не реаг|игнор|респект|умниц)|(?:спасибо|благодарю|респект) (?:\w+ ){0,3}(?:разработчик|создател|команд|персонал|мастер|менеджер|сотрудник)""",
    "waiting": r"""(?<!первую )(?<!свою )(?<!мою )(?<!вашу )(?<!последнюю )(?<!пришла )(?<!твою )очеред(?:ь|и|ей|ях|ями|ью)\b|
        (?:жд(?:ал|али|ала|ем|у|ать|[её]шь|[её]т)|ожида(?:л\w?|ли|ем|ю|ть|ние|ния)|прождал\w*|простоял\w*|просидел\w*) (?!от )(?:\w+ ){0,3}(?:час|минут|мин\b|дн[ея]|день|дней|сут|недел|месяц|мес\b|год|полгод|полчас|долго|вечност|больше|более|уже|в очеред|очень|пока)|
        (?:час|минут|мин|дня|дней|сутки|недел[июя]|месяц|месяца|полчаса|полтора часа|долго|вечность|веками) (?:\w+ )?(?:жд(?:ал|али|ала|ем|у|ать|[её]т)|ожида|простоял|просидел|прождал)|заставля\w+ ждать|пришлось (?:\w+ )?(?:ждать|ожидать)|не пришлось (?:\w+ )?ждать|без ожидани|долгое ожидани|
        (?:не |невозможно |нереально |никак не |сложно |трудно )(?:могу |могла? |смогла? )?дозвон|не дозвонишься|долго (?:не )?(?:отвеча|рассматр|обслуж|гото|оформл|реша|ковыря|несли|нес)|
        до сих пор (?:нет|не) (?:ответ|приш|прив|реш|верн|получ)|(?:никто )?(?:до сих пор )?не перезвонил|быстро (?:обслуж|офор|приня|ответ|решили|решил|дозвон|приехал на)|(?:оперативн|моментальн|быстр)\w+ (?:\w+ )?(?:обслуж|оформл|решен|ответ|отклик|реакц)|
        час(?:ами|ов) (?:на линии|висе|сид|стоя)|(?:тянут|затягива\w+|оттягива\w+) (?:врем|с |сроки|рассм)|волокит""",
    "refund": r"""(?:оформ|сдела|сдал|дела|офор|отказ|отказали|принят|приня|за|на|нет|без|запрос\w*|заявк\w*|заявлени\w*|срок\w*|платн\w+) (?:\w+ )?возврат|возврат (?:товар|денеж|денег|средств|не |за|без|отказ|оформ|сдел)|буду (?:\w+ )?возвращать|возвращ[аеу](?!\w*с[яь]\b)\w* (?:\w+ )?(?:деньг|средств|денеж|товар|обратно|не )|
        (?:не |обещал\w* |просил\w* |отказал\w* |до сих пор не |так и не |чтобы |мне |нам )?верн(?!\w*с[яь]\b)(?:ул|ули|уть|ите|ут|ула|[её]т[ея]?)\w* (?:\w+ ){0,3}(?:деньг|средств|денег|товар|сумм|комисси|руб|страховк|обратно|назад|продавц)|деньги (?:\w+ ){0,3}(?:верн|возвр)|вернула?\b(?=[.!)]|$)|
        по гаранти|гаранти[яиюей]\w* (?:\w+ )?(?:не |ремонт|случа|отказ|на |обслуж|\d|год)|гарантийн|(?:сдать|сдал|сдала|отдать|отнес) обратно|обменя(?:ть|л|ли|ла) (?:\w+ )?(?:товар|на (?:нов|друг|разм)|брак|размер|телефон|обувь)|замен(?:ить|или|у) (?:товар|брак|на нов)|на обмен|без возврата|невозвратн""",
    "premises": r"""(?:очень |везде |всегда |в номер\w* |в зал\w* |и |, )чисто\b(?! случ| физич| теорет| для| по| рекл| за )|чистот[аыеуо]|чистый (?:номер|зал|пляж|отель|бассейн)|чисты[ей] (?:номер|помещ|туалет|пляж)|грязн(?:о\b|ый номер|ые номер|ый пол|ые столы|ый зал|ый бассейн|ый туалет)|гряз(?:ь|и) (?:в|на|везде|кругом)|антисанитар|таракан|клоп|плесен|
        помещени[еяюи]|интерьер|обстановка|атмосфер(?:а|у|ы|ой|ное|ный|ная|но)\b(?! книг| фильм| в книг)|номера? (?:\w+ ){0,2}(?:чист|гряз|уют|простор|стар|маленьк|шикар|хорош|отлич|красив|больш|убит|убран)|(?:чист|гряз|уютн|просторн|стар|маленьк|шикарн|хорош|отличн|красив|больш)\w+ номер(?!а? телеф)|
        (?<!чувствует )(?<!чувствуешь )уютн|туалет(?!н)|парковк|территори[яиюей]\w* (?:\w+ ){0,2}(?:больш|огром|красив|ухож|облагор|шикар|зел|прекр|чист|отел|хорош|отлич|супер|великол)|(?:больш|огромн|красив|ухоженн|шикарн|прекрасн|облагорожен|зелен|зелён)\w+ территори|
        бассейн\w* (?:\w+ ){0,2}(?:тепл|холод|чист|гряз|хорош|отлич|мал|больш|шикар|супер)|удобное (?:располож|местополож|место)|располож\w* (?:удобн|отличн|хорош|рядом)|номерной фонд|ремонт (?:старый|свежий|требует|давно)|холодно в (?:номер|зал)|шумоизоляц|духот|душно""",
    "app": r"""приложени[еяюий]\w*|приложух|прилож(?:ка|ку|ке)\b|сайт(?:а|е|у|ом|ы|ик)? (?:\w+ ){0,2}(?:не |удоб|глюч|висн|завис|лаг|тормоз|хорош|отлич|работ|плох|ужас|понятн)|
        (?:на|ваш|сам|удобный|отличный|хороший|плохой|ужасный|неудобный) сайт\b|вылетает|вылетать|вылетел[оа]? (?:прил|из)|после (?:\w+ )?обновлени|обновлени[еяйю]\w* (?:\w+ )?(?:слом|испорт|стал|не|удал|верн)|(?:в|через|из) личн\w+ кабинет\w* (?:\w+ )?не|личный кабинет|интерфейс|
        (?:не|долго|плохо|бесконечно|постоянно|вечно) (?:\w+ )?(?:загружа|грузит|открыва(?:ет|ют)ся|прогруж|подгруж|запуска(?:ет|ют))|лагает|лагать|лаги\b|глюч|глюки|баги?\b|зависает|зависан|зависло|висн[еу]т|виснет|тормозит|тормоза\b|
        (?:много|куча|полно|слишком много|море|сплошная|одна|постоянная|бесконечная|кругом|без|нет|мало|из-за|отсутствие) реклам|реклам[аыу] (?:\w+ )?(?:кажд|постоян|доста|беси|надоед|раздраж|замуч|задолб|через|на каж|слишк|много|нет|не пропус|длин|идет|идёт|заеб)|
        рутуб|rutube|не могу (?:войти|зайти|зарегистр|авториз|скачать|обновить|открыть)|не (?:заходит|пускает|входит)\b|авторизац|регистрац\w+ не|мобильн\w+ (?:банк|прил|верс)|онлайн-?банк\w* (?:не|удоб)|
        (?:не|постоянно|плохо) воспроизв|верните (?:стар|как было|прежн|прошл)|удаляю (?:прил|эт)|удобн\w+ (?:в использ|навигац|поиск|прил)|(?:нет|без|не) (?:\w+ )?русск\w+""",
    "safety": r"""обман(?!чив)|надувательств|развод(?:ят|ил|няк|ка|илово|илы|)\b(?! моста| рук)|мошен+ич|мошен+ик|жулик|лохотрон|кида(?:ют|ли|лы|лово|лово)\b|подделк|поддельн|паленк|палёнк|палёный|
        вору(?:ют|ет)|воры\b|ворь[ея]|украл|своровал|обворов|списали (?:\w+ )?(?:деньг|без)|навяз(?:ал|ыва|ан)|втю[хк]|впар(?:ил|ив|ить|ива)|без (?:моего|моей|нашего) (?:согласи|ведома|разреш)|опасн|отравил|отравлен|
        не оригинал|контрафакт|(?:врут|вр[её]т|наврал|соврал|лгут|лжецы|лжив|ложь|враньё|вранье)\b|(?:фальшив|накручен|куплен|фейков)\w+ отзыв|афер[аыи]|слив (?:данн|личн)|персональн\w+ данн|вирус|взлом|не соответству\w+ (?:описани|заявл)|оригинал(?:ьн\w+)? (?:товар|продук)|100 ?% оригинал""",
}
_NARROW_EN = {
    "quality": r"""quality(?! of (?:the )?service)|well[- ]made|poorly made|cheaply made|fell apart|falling apart|broke\b(?! even)|broken|defective|flimsy|sturdy|
        durable|delicious|tasty|tasteless|yummy|bland\b|fabric|material is|the material|stopped working|does(?:n't| not) work|works (?:great|well|perfectly|fine|like)|
        (?:great|good|excellent|amazing|awesome|terrible|bad|nice|awful|wonderful|best) (?:food|product|sound|picture|meal|pizza|sushi|camera|phone|battery|screen|book|movie|film|dress|top|shirt|item|laptop|computer|course|fit)\b|
        food (?:is|was|were|here is) |fits? (?:well|perfectly|great|true|nicely|me|like|as)|true to size|runs (?:small|large|big)|battery life|shrunk|pilling|see[- ]through|itchy|soft\b|comfortable|comfy|flavou?r""",
    "assortment": r"""(?:great|good|wide|large|huge|limited|poor|excellent|nice|best|small|extensive|wine|beer|menu|food|vast|better) selection|selection (?:of|is|was)|assortment|variety\b|varied menu|menu (?:is|was|has|offers)|extensive menu|out of stock|wide range|(?:lots|plenty|many|few) (?:of )?(?:options|choices)|in stock|hard to find|(?:not|n't) (?:easy to )?find (?:it )?(?:in|at) (?:any|my|the) (?:local )?(?:store|grocer|super)|wine list|portions?\b""",
    "price": r"""prices?\b(?! tag| line)|priced\b|pric(?:e)?y\b|expensive|inexpensive|cheap(?:er|est)?\b(?! (?:made|looking|feel|materi|plastic|qual|fabric))|overpriced|good value|great value|poor value|value for|for the money|worth (?:the|every|it) (?:money|price|penny|cost)|waste of money|
        (?:too|so) much money|bargain|affordable|reasonabl[ey]\b(?! (?:size|well|good))|great deal\b|good deal\b|paywall|subscription (?:is|fee|price)|\$ ?\d+ (?:for|is|was|a)|rip[- ]?off|costs? (?:too|less|more|me|only|a lot)""",
    "delivery": r"""deliver(?:y|ed|ies)\b(?! (?:room|boy's))|shipping|shipped|shipment|courier|arrived (?:late|early|on time|quickly|fast|damaged|broken|in (?:perfect|great|good|bad|time|one))|(?:package|parcel|box) (?:arrived|was (?:damaged|crushed|open|torn))|packaging|packaged|well packed|never arrived|(?:order|item|parcel|package)s? (?:\w+ ){0,2}(?:never|not|\w{2,5}n['’]t) (?:\w+ )?(?:came|come|arriv|receiv|show(?:ed|n)? up|deliver)|(?:never|not|n['’]t) (?:got|get|receive[d]?) (?:\w+ ){0,2}(?:order|item|parcel|package)|came (?:quickly|fast|on time|broken|damaged)|fast delvy""",
    "staff": r"""staff|customer (?:service|support|care)|waiters?\b|waitress|waitstaff|employees?\b|manager|receptionist|concierge|bartender|hostess|
        support team|tech(?:nical)? support|rude\b|friendly|attentive|helpful (?:staff|and)|service (?:is|was|were|here|could)|(?:great|good|excellent|bad|poor|terrible|slow|amazing|awful|best|wonderful|prompt|nice|horrible|impeccable|attentive|friendly) service|and service\b|service[.!]|servers?\b(?! error| down)|instructors?|professor|teacher|
        seller (?:is|was|very)|(?:great|good|nice|bad|responsive|friendly|helpful) seller|developers? (?:is|are|respon)""",
    "waiting": r"""waited (?:\w+ ){0,3}(?:hour|min|day|week|month|long|forever|over|for|almost|an|\d)|(?:long|short|hour|minute|no) wait\b|wait (?:time|was|is|for (?:\w+ )?(?:hour|min|a table|table)|\d|an hour|over)|waiting (?:\w+ ){0,3}(?:hour|min|week|day|month|forever|\d)|had to wait|kept (?:us )?waiting|worth the wait|queue|long lines?\b|
        took (?:forever|hours|ages|too long|so long|over an hour|almost an hour|\d+ (?:min|hour|day|week|month))|on hold|slow service|service (?:is|was) (?:\w+ )?slow|no (?:response|reply|answer)|never (?:responded|replied|answered|called back)|prompt (?:service|reply|response)|(?:fast|quick) (?:reply|response|service)""",
    "refund": r"""refund|money back|return(?:ed|ing)? (?:it|them|this|the (?:item|product|dress|phone|shoes|top|jeans))\b|(?:sent|send|sending|went|going|goes|took) (?:it |them |this |right )?back\b(?! to (?:the )?(?:19|old|that|my child|school))|had to return|have to return|warranty|exchanged? (?:it|them|for)|replacement""",
    "premises": r"""(?:very|so|spotlessly|always|was|were|is|and|are) clean\b|clean (?:room|hotel|and|bathroom|restaurant)|cleanliness|dirty (?:room|bath|carpet|floor|hotel|table)|filthy|ambian?ce|d[eé]cor\b|decorated|atmosphere|parking|(?:dirty|clean|nice|small|large|big|the|our) (?:bathroom|toilets?|lobby|pool)|
        rooms? (?:was|were|is|are) |(?:clean|nice|spacious|small|large|comfortable|dirty|beautiful|great|tiny|cozy) rooms?\b|(?:great|good|excellent|perfect|convenient|ideal|bad|central) location|location (?:is|was|,)|located|romantic|cozy|cramped|noisy|\bview (?:of|from|is|was)|interior|seating""",
    "app": r"""(?:the|this|an?|your|great|good|love|useful|best|amazing|nice|awesome|excellent|helpful|worst|useless|terrible|bad) app\b|app (?:is|was|has|does|doesn|won|keeps|crash|stop|not|work|to)|apps? crash|website (?:is|was|doesn|does|keeps|won)|(?:your|the|their) (?:web ?site|site) |crash(?:es|ed|ing)\b(?! into)|(?:since|after|latest|last|new|recent) (?:the )?(?:last |latest |new |recent )?update|log(?:ging)? ?in\b|user interface|buggy|bugs\b|glitch|freez(?:es|ing)|(?:too many|so many|full of|no|annoying) ads\b|notifications? (?:do|don|not|stop|work)|easy to use|user[- ]friendly""",
    "safety": r"""scam|fraud|rip[- ]?off|(?:is|are|was|were|a|it's|sell|selling|fake) (?:a )?(?:fakes?|counterfeit|knock[- ]?off)|counterfeit|stole\b|stolen|thie(?:f|ves)|unsafe|dangerous|hazard|
        charged (?:me |us |my card )?(?:without|twice|extra|for something)|overcharged|misleading|mislead|false advert|dishonest|deceptive|deceiv|lied\b|liars?\b|genuine product|authentic\b(?= (?:product|item|case))|privacy|spyware|malware|food poisoning|not as (?:described|pictured|advertised)""",
}
_WIDE_RU = {
    "quality": r"мер[яеи]т|треснул|экран|царапин|тухл|добротн|линя|хлипк|просвеч|протек|катышк|скатал|аромат|нитк|качеств|слома|брак|плох|хорош|отличн|вкус|материал|ткан|товар|кухн|еда|еду|рабоч|работа|супер|класс|норм|понрав|цвет|размер|запах|книг|фильм|сюжет|порв|рв[еёу]т|жидк|густ|прият|красив|ужас|отврат|прекрас|замечат|контент|продук|звук|люблю|нрав|лучш|худш|хрень|говн|дерьм|топ\b|удобн|крут|шикар",
    "assortment": r"побольше|больше|куча|полно|шведск|богат|выбор|выбира|ассортимент|наличи|разнообраз|размер|меню|много|мало|нет |нету|контент|есть ",
    "price": r"дорож|обдир|граб|процент|переплат|кешб|цен|дорог|д[её]шев|деньг|денег|стоит|стоим|руб|тариф|комисс|процент|бесплат|скидк|акци|плат|выгод|подписк|к[эе]шб|бюджет|\d ?[рp]\b|бонус|ставк|экономи|халяв",
    "delivery": r"достав|курьер|посыл|упаков|запаков|пвз|выдач|привез|прислал|присыл|приш[леё]|почт|заказ|приех|коробк|получил|пакет|отправ|помят|мят[аы]|товар",
    "staff": r"професс|компетент|персонал|сотрудн|продав|менедж|консульт|официант|админ|оператор|обслуж|хам|груб|вежл|мастер|врач|служб|поддержк|девушк|сервис|специалист|охран|касс|разработ|создател|команд|спасибо|благодар|отношени|директор|работник|люди|ребят|обща|отвеча|помог|звон",
    "waiting": r"очеред|жд[аеуё]|ожид|дозвон|долго|час|минут|дней|дня|недел|быстр|медлен|срок|месяц|оператив|тян|отвеч|ответ|скор|сразу",
    "refund": r"возвр|верн|гарант|обмен|компенсац|замен|сдать|сдал",
    "premises": r"таракан|плесен|клоп|интерьер|дух?от|душно|чист|гряз|помещ|интерьер|обстанов|номер|туалет|парков|атмосфер|уют|зал|офис|ремонт|отель|отел|бассейн|территор|располож|мест[оае]|салон|отделени|красив|холодн|вонь|вон[яю]|шум|комнат|пляж",
    "app": r"висн|баги|мобильн|русск|личн|прилож|сайт|вылет|обновл|кабинет|интерфейс|откры|лаг|глю|груз|авториз|завис|реклам|работа|функц|смартфон|телефон|верси|видео|рутуб|rutube|ютуб|youtube|онлайн|программ|вход|войти|зайти|качать|скач|удобн|уведомл|кноп|экран|тв\b|язык|смотр|тормоз|регистр|подписк|канал",
    "safety": r"врань|афер|контраф|обвор|слив|обман|развод|мошен|кида|поддел|вор|укра|навяз|соглас|опасн|отрав|вру|лож|лж|безопас|оригинал|довер|честн|надежн|надёжн|мухл|жул|впар|втю|соответств|аллерг|вирус|взлом|списал|паленк|скрыт|скрыв|куплен|данны",
}
_WIDE_EN = {
    "quality": r"through|itch|flims|durab|awful|sturd|shr[iu]nk|pill|well|true|qualit|made|broke|good|bad|great|nice|material|fabric|food|product|fit|tast|work|love|like|best|worst|excellent|awesome|amazing|perfect|size|comfort|cute|beautiful|dish|drink|sound|soft|feel|terribl|horribl|poor|fine|wonder|look|batter|screen|fail|problem|issue|flavor",
    "assortment": r"selection|assort|variety|varied|stock|choice|option|range|menu|find|portion|availab|many|lots|list",
    "price": r"rip|waste|pric|expens|cheap|cost|worth|value|money|pay|paid|free|\$|£|€|afford|deal|subscri|fee|charg|dollar|buck|sale|reasonabl|bargain",
    "delivery": r"deliver|ship|courier|arriv|packag|packed|mail|order|sent|receiv|box|came|item|parcel",
    "staff": r"staff|servi|serve|waiter|waitress|employee|manager|recept|support|rude|friendly|people|lady|guy|they|owner|helpful|attentive|team|develop|thank|seller|respon|host|chef|bartender|instruct|teach|prof",
    "waiting": r"wait|queue|line|hour|minute|slow|long|hold|fast|quick|time|prompt|took|respon|reply|speed|day|week",
    "refund": r"refund|return|warrant|exchang|money back|back|replac",
    "premises": r"clean|dirt|filth|ambi|decor|d[eé]cor|atmosph|park|bath|toilet|lobby|room|place|view|locat|space|cozy|interior|seat|nois|quiet|beautiful|table|pool|romantic|vibe|smell",
    "app": r"app|site|crash|updat|log|interface|bug|freez|\bad|work|version|screen|phone|feature|notif|use|android|sync|download|install|online|glitch|software",
    "safety": r"thie|as (?:pic|adv|desc)|scam|stole|over|scam|fraud|rip|fake|counterfeit|stol|steal|unsafe|safe|danger|charg|mislead|lie|lying|trust|honest|decei|decept|authentic|genuine|privacy|poison|descri|advert|hazard|malware|spy",
}


def _joined(words: str) -> str:
    """One line of a pattern that is written over several."""
    return "".join(line.strip() for line in words.splitlines())


def _compiled(patterns: Mapping[str, str], start: str) -> Mapping[str, re.Pattern[str]]:
    return MappingProxyType(
        {aspect: re.compile(rf"{start}(?:{_joined(words)})") for aspect, words in patterns.items()}
    )


NARROW: Patterns = MappingProxyType(
    {"ru": _compiled(_NARROW_RU, r"\b"), "en": _compiled(_NARROW_EN, r"\b")}
)
WIDE: Patterns = MappingProxyType({"ru": _compiled(_WIDE_RU, ""), "en": _compiled(_WIDE_EN, "")})

NEVER_ABSENT = frozenset({"quality"})
"""There are too many ways to say how good a thing is: no silence excludes it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What words say of the aspects of one stretch of text; of the others they say nothing."""

    named: Mapping[str, tuple[int, int]]
    """Aspect → the characters that name it, from and to."""
    excluded: frozenset[str]


NO_EVIDENCE = Evidence(named=MappingProxyType({}), excluded=frozenset())


def evidence_of(text: str, language: str | None) -> Evidence:
    """Named and excluded aspects; nothing in a language without patterns."""
    if language is None or language not in NARROW:
        return NO_EVIDENCE
    lower = lowered(text)
    named: dict[str, tuple[int, int]] = {}
    excluded: set[str] = set()
    for aspect, wide in WIDE[language].items():
        if not wide.search(lower):
            excluded.add(aspect)
        elif match := NARROW[language][aspect].search(lower):
            named[aspect] = match.span()
    return Evidence(named=named, excluded=frozenset(excluded) - NEVER_ABSENT)


def lowered(text: str) -> str:
    """In small letters, each where it was: a capital I with a dot would become two."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(small if len(small := one.lower()) == 1 else one for one in text)
