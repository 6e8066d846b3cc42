"""Answers that name nothing: "не обнаружил" among the faults, "none" among the strengths.

Shops ask for strengths and faults apart, and most people who found none write so. Both tiers ask
here, so that they agree about the same field. An answer is judged sentence part by sentence part:
each must consist of known words only, one of them a denial. So "не нашёл" names nothing, and
"не нашёл размера" does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 60
"""Characters; what is longer names something."""
_PARTS = re.compile(r"[.,;:!?()\n…–—]+|(?<!\w)-+(?!\w)")
_WORD = re.compile(r"[^\W_]+(?:['’/-][^\W_]+)*")
_CHEERS = re.compile(r"[\s👍👌❤\ufe0f😊😍🙂😀😃😄😁🥰🔥🎉💖💯☺)]*")
_DOUBLE = re.compile(r"\b(?:не без|not without|нельзя не)\b")


@dataclass(frozen=True, kw_only=True)
class Denials:
    """The words of one language in which nothing is named."""

    denials: re.Pattern[str]
    fillers: re.Pattern[str]
    strengths: re.Pattern[str]
    faults: re.Pattern[str]

    def name_nothing(self, words: list[str], asked: re.Pattern[str]) -> bool:
        """Whether the words are known ones, and one of them denies."""
        known = (self.denials, self.fillers, asked)
        return any(self.denials.fullmatch(word) for word in words) and all(
            any(pattern.fullmatch(word) for pattern in known) for word in words
        )


def _denials(denials: str, fillers: str, strengths: str, faults: str) -> Denials:
    patterns = (
        re.compile("|".join(part.split())) for part in (denials, fillers, strengths, faults)
    )
    return Denials(**dict(zip(Denials.__annotations__, patterns, strict=True)))


_LANGUAGES = (
    _denials(
        r"не ни нет нету нема без ноль никак(?:их|ие|ой|ого) отсутству[юе]т ничего нечего нечем",
        r"их таких такие такого пока что на данный момент сегодня день ещё еще"
        r" особ(?:ых|ого|о) явных вообще совсем каких-либо каких-то как-то к чему одного один одной"
        r" и я мы лично для меня себя нас за всё все это время у него него здесь тут"
        r" обнаруж\w+ выяв\w+ наш[её]л наш(?:ла|ли|лось) найд(?:ено|ены|у) нах[оа]\w+ замет\w+"
        r" замеч[еа]н\w* вижу видел\w? увид\w+ встрет\w+ име[юе]тся было были будет могу смог\w?"
        r" сказать назвать выделить отметить вспомнить придумать припомнить знаю почти само(?:м|го)"
        r" деле есть",
        r"плюс\w* достоинств\w* преимуществ\w* хорош(?:его|ее) положительн\w+ позитивн\w+",
        r"минус\w* недостат\w+ недочет\w* недочёт\w* изъян\w* дефект\w* жалоб\w* претензи\w+"
        r" нарекани\w+ замечани\w+ проблем\w* плох(?:ого|ое) отрицательн\w+ негатив\w* брак\w*"
        r" критичн\w+ существенн\w+ серь[её]зн\w+ жаловаться пожаловаться придраться",
    ),
    _denials(
        r"no nope none nothing nil not na n/a non never without zero"
        r" (?:can|don|didn|haven|couldn|isn|wasn|doesn|hasn)['’]?t cannot",
        r"so far yet really that i i've we can think of any anything find found see seen notice[d]?"
        r" have has there is are were to say about it at all for me the this moment as now one ones"
        r" whatsoever been had and real major single come up with mind spot applicable"
        r" discover(?:ed)?",
        r"pros? advantages? strengths? good positives? upsides? benefits? like",
        r"cons? disadvantages? weakness(?:es)? faults? flaws? issues? problems? complaints?"
        r" downsides? drawbacks? negatives? bad dislike[ds]? complain wrong defects?",
    ),
    _denials(
        "keine? keins keinen nichts nein",
        "bisher bis jetzt noch gefunden gibt es mir bekannt aufgefallen entdeckt zu sagen derzeit",
        "vorteile? positives gutes",
        "nachteile? mängel negatives schlechtes probleme beanstandungen bemängeln",
    ),
    _denials(
        "aucune? rien néant pas non ras",
        "de à pour le l'instant l’instant moment jusqu'à présent trouvé vu signaler dire pour du"
        " tout en point d'inconvénient d'avantage",
        "avantages? positif points? forts?",
        "inconvénients? défauts? négatif points? faibles? problèmes?",
    ),
    _denials(
        "ningun[oa]? ningún nada no sin",
        "por ahora de momento el hasta tiene hay encontrado he que decir le veo",
        "ventajas? pros bueno positivo",
        "desventajas? contras? inconvenientes? defectos? problemas? malo negativo pega peros?",
    ),
    _denials(
        "nessun[oa]? niente nulla no non",
        "per ora al momento il finora ne ho ha trovat[oi] riscontrato da segnalare dire di in"
        " particolare",
        "pregi pregio vantaggi pro positivo",
        "difett[oi] contro svantaggi problem[ai] negativo",
    ),
    _denials(
        "nenhuma? nada não nao sem",
        "por enquanto até ate agora o momento tem há encontrei vi a declarar que dizer de",
        "vantage(?:m|ns) prós positivo",
        "desvantage(?:m|ns) contras? defeitos? problemas? negativo reclamar",
    ),
    _denials(
        r"brak nie nic żadn\w+ zadn\w+",
        r"ma na razie jak dotąd póki co zauważ\w+ znalaz\w+ stwierdz\w+ widzę mam jest",
        r"zalet\w* plus\w* pozytyw\w*",
        r"wad\w* minus\w* zastrzeżeń problem\w* negatyw\w*",
    ),
    _denials(
        r"нема немає нема нету ні не без жодн\w+ ніяк\w+ відсутн\w+ нічого",
        r"поки що їх таких на даний момент для мене я виявл\w+ виявив знайш\w+ знайдено помі[тч]\w+"
        r" бачу було сказати можу",
        r"переваг\w* плюс\w* доброго",
        r"недолік\w* мінус\w* недостатк\w* поганого зауважен\w+ нарікань",
    ),
    _denials(
        "жоқ жок емес ешқандай ештеңе таппадым байқамадым көрмедім",
        r"әзірге азирге қазір ол оның еш",
        r"артықшылы\w* плюс\w* жақсы",
        r"кемшіл\w* минус\w* жаман",
    ),
    _denials(
        "yok yoktur hiç hiçbir değil bulamadım görmedim göremedim",
        "şimdilik henüz bir şey daha şu an için benim bence",
        r"art\w* avantaj\w* iyi",
        r"eksi\w* dezavantaj\w* kötü sorun\w* kusur\w* olumsuz",
    ),
    _denials(
        "无 没有 沒有 暂无 無 なし 特になし 特に لا شيء يوجد لايوجد 없음", "لم أجد", "优点", "缺点"
    ),
)
_KNOWN = re.compile(
    "|".join(
        pattern.pattern
        for one in _LANGUAGES
        for pattern in (one.denials, one.fillers, one.strengths, one.faults)
    )
)
_WELL = re.compile(
    r"(?:вс[её]|оч(?:ень|\.)|мне|нам|меня|нас|полностью|абсолютно|было|и|так|только|одни|товар\w*"
    r"|everything|all|it(?:['’]?s)?|is|was|very|i|we|me|the|product|alles|alle|tout|est|todo|tutto|tudo)"
)
_WELL_CORE = re.compile(
    r"хорошо|отлично|прекрасно|супер|замечательно|идеально|класс(?:но)?|норм(?:ально)?|ок(?:ей)?"
    r"|понравил\w{2,3}|нравится|устраивает|устроило|довол(?:ен|ьна|ьны)|плюсы"
    r"|good|great|fine|perfect|excellent|ok(?:ay)?|awesome|love[d]?|satisfied|happy"
    r"|gut|super|bestens|perfekt|bien|parfait|bene|perfetto|perfecto|bom|ótimo|добре|сподобалося"
    r"|жақсы|dobrze|güzel"
)
_NO_AND_WELL = re.compile(
    r"^(?:нет|нету|no|nope|none|nein|non|nie|ні|yok)\s+(?=вс[её]\b|all\b|every)"
)


def names_no_strength(answer: str) -> bool:
    """Whether an answer about what is liked says that there is nothing; so does an empty one."""
    return _is_short(answer) and all(_is_denied(part, "strengths") for part in _parts(answer))


def names_no_fault(answer: str) -> bool:
    """Whether an answer about what is disliked says that there is nothing, or that all is well."""
    if not _is_short(answer):
        return False
    if _CHEERS.fullmatch(answer):
        return True
    parts = [_NO_AND_WELL.sub("", part) for part in _parts(answer)]
    return all(_is_well(part) or _is_denied(part, "faults") for part in parts)


def _is_short(answer: str) -> bool:
    return len(answer.strip()) <= LONGEST


def _parts(answer: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(answer.lower()) if part.strip()]


def _is_denied(part: str, asked: str) -> bool:
    words = _WORD.findall(part)
    return (
        all(_KNOWN.fullmatch(word) for word in words)
        and not _WORD.sub("", part).strip()
        and not _DOUBLE.search(part)
        and any(one.name_nothing(words, getattr(one, asked)) for one in _LANGUAGES)
    )


def _is_well(part: str) -> bool:
    words = _WORD.findall(part)
    return any(_WELL_CORE.fullmatch(word) for word in words) and all(
        _WELL.fullmatch(word) or _WELL_CORE.fullmatch(word) for word in words
    )
