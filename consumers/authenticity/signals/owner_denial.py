"""Signal 22: the company answers that it has no such customer."""

from __future__ import annotations

import re

from consumers.authenticity.context import Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import MAX_CHARACTERS, Subject
from pipeline.identity import normalised_text

THING_RU = (
    r"(?:вас|вашу?|вашего|вашей|ваше|ваши|ваших|клиент\w*|заказ\w*|запис\w*|обращени\w*|визит\w*"
    r"|брон\w*|покупк\w*|номер\w*|информаци\w*|данн\w*)"
)
THING_EN = r"(?:you|your|order|booking|reservation|account|name|records?|customer|visit|purchase)"
DENIAL = re.compile(
    rf"\bне (?:нашли|найден\w*|нашлось|обнаруж\w+|идентифиц\w+) (?:\w+ ){{0,3}}{THING_RU}\b"
    rf"|\bне (?:смогли|можем|удалось|удается|получилось) (?:\w+ )?(?:найти|обнаружить|"
    rf"идентифицировать) (?:\w+ ){{0,3}}{THING_RU}\b"
    rf"|\b{THING_RU} (?:\w+ ){{0,4}}не (?:найден\w*|нашли|обнаруж\w+|числ\w+|значит\w*)"
    r"|\b(?:вас|вашего имени|такого клиента|такого заказа) (?:\w+ ){0,2}нет (?:\w+ ){0,2}в "
    r"(?:\w+ ){0,3}баз\w+"
    r"|\bв (?:\w+ ){0,2}базе (?:\w+ ){0,3}(?:нет|не найден\w*|отсутству\w+)"
    r"|\bвы (?:\w+ ){0,2}не (?:являетесь|являлись|были) (?:\w+ ){0,2}клиент\w+"
    r"|\b(?:no|any) (?:\w+ ){0,2}records? of (?:\w+ ){0,3}(?:you|your|this|such|stay|visit)"
    r"|\b(?:cannot|can t|couldn t|could not|unable to|were not able to|weren t able to|did not"
    rf"|didn t|do not|don t) (?:find|locate|trace|identify) (?:\w+ ){{0,4}}{THING_EN}\b"
    r"|\byou (?:are|were|have) (?:not|never)(?: been)? (?:a|our|one of our) (?:\w+ )?customers?"
)
"""Read on the normalised reply, where one space parts the words."""


class OwnerDenial:
    """1 when an official reply denies the customer, 0 when it does not; silent without one.

    The owner is a party to the dispute: weak evidence.
    """

    name = "owner_denial"
    group: Group = "provenance"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        replies = [reply.text for reply in subject.review.replies if reply.is_owner]
        if not replies:
            return None
        for reply in replies:
            if found := DENIAL.search(normalised_text(reply[:MAX_CHARACTERS])):
                words = found.group(0)[:80]
                return Observation(
                    value=1.0,
                    reason_ru=f"Компания в ответе не узнаёт клиента: «{words}»",
                    reason_en=f"The company's reply does not recognise the customer: “{words}”",
                )
        return Observation(
            value=0.0,
            reason_ru="Компания ответила и не отрицает, что это клиент",
            reason_en="The company replied and does not deny the customer",
        )
