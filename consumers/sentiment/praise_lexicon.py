"""Words of praise and of blame in Russian and English, for weak labels; lower-cased text."""

# ruff: noqa: E501 — alternatives that belong together stand on one line

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_PRAISE_RU = r"""(?:отличн|прекрасн|замечательн|хорош|супер|класс(?:н|$|\b)|шикарн|великолепн|понрав|нрав(?:ит|ят)ся|довол|спасибо|благодар|рекомендую|рад(?:а|ы|ует)?\b|быстр(?:о|ая|ый|ое|ые|ую)\b|удобн|вежлив|приветлив|отзывчив|доброжелат|вкусн|чист(?:о|ый|ая|ые|ота)\b|уютн|красив|приятн|качественн|профессионал|молодц|молодец|лучш(?:ий|ая|ее|ие)\b|люблю|обожаю|надежн|надёжн|оперативн|вовремя|в срок|недорог|выгодн|низкие цены|бюджетн|устраива|комфортн|топ\b|кайф|восторг|помогл[иа]\b|оригинал\b|доступн|понятн|добротн|грамотн|аккуратн|бесплатн)"""
_BLAME_RU = r"""(?:не (?:\w+ ){0,2}(?:понрав|хорош|устра|рекоменд|сове|работа|удоб|вкус|совет|откры|груз|загруж|отвеча|прив[её]з|приш[её]?л|достав|верн|соответ|стоит|помог|могу|смог|дозвон|реша|реши|пуска|заход|очень|качествен|довол|получ|рад|вежл|чист|довез)|нельзя|невозможно|никто не|плох|ужас(?:н|$|\b)|отврат|кошмар|разочаров|хам(?:ств|ят|ит|ил|ск|ло)|груб|гряз|долго|дорог(?:о|ая|ие|овато)\b|дороже|завышен|переплат|обман|развод|мошен|вор[уы]|украл|навяз|слома|сломан|порва|рван|брак|глюч|лага|тормоз|вылет|зависа|висн|очеред|некомпетент|кида|подделк|ошибк|проблем|беси|раздраж|надоел|задолбал|достал[аи]?\b|бред|позор|хуже|худш|недостат|минус|помят|мят[аыо]|разбит|вскрыт|отказ|неудобн|невкусн|безобраз|говно|дерьмо|хрень|жесть|никак(?:ой|ая|ие)|опозда|задерж|просроч|жаль|к сожалению|сыр(?:ой|ое) прил|слишком|опасн|отрав|врут|жалоб|сняли|списали|некачествен|слаб|потеря|маломер|воня)"""
_PRAISE_EN = r"""(?:great|good|excellent|amazing|awesome|love|perfect|wonderful|nice|fantastic|best\b|friendly|helpful|delicious|tasty|attentive|reasonabl|fast\b|quick|clean\b|comfortable|recommend|happy|pleased|easy|cheap(?:er)?\b|affordable|beautiful|cozy|prompt|polite|worth|superb|outstanding|thank|satisf|fresh|soft\b|flattering|well made|bargain|enjoy|works)"""
_BLAME_EN = r"""(?:(?:not|n't|never|no longer) (?:\w+ ){0,2}(?:good|great|work|recommend|worth|happy|like|fit|buy|clean|friendly|help|arriv|respon|refund|receiv|impress|satisf|open|load|well)|bad\b|terribl|awful|horribl|worst|poor|rude|slow\b|dirty|filthy|broke|broken|disappoint|overpriced|pricey|expensive|waste|scam|fraud|rip[- ]?off|crash|bug(?:s|gy)\b|freez|useless|annoy|defective|cheaply|damaged|late\b|lied|mislead|cold\b|bland|tasteless|unfortunately|problem|issue|fail|return(?:ed|ing)|too (?:small|big|large|short|long|tight|many|much)|itchy|shrunk|noisy|cramped|mediocre|fake|stole|unhelpful|charged|error|lack|refus|never|ridiculous|cheap(?:ly)? (?:made|look|feel|qual|mater))"""

PRAISE: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "ru": re.compile(rf"(?<!не )(?<!не очень )(?<!ни )(?<!не сильно )\b{_PRAISE_RU}"),
        "en": re.compile(rf"(?<!not )(?<!n't )(?<!no )(?<!never )(?<!not very )\b{_PRAISE_EN}"),
    }
)
BLAME: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "ru": re.compile(rf"(?<!не )(?<!нет )(?<!без )\b{_BLAME_RU}"),
        "en": re.compile(rf"(?<!not )(?<!n't )(?<!no )\b{_BLAME_EN}"),
    }
)
