"""Words that drive nothing: function words of Russian and English with four letters or more."""

from __future__ import annotations

_WORDS = """
    более больше было была были быть вами вами ваша ваше ваши ведь весь вместо вообще вопрос
    время всего всем всех всегда говорит говорят год года году даже делать день дней дня довольно
    если есть еще затем здесь какая какие какой когда кого которая которого которое которой
    которую которые который которых кроме куда лишь лучше между меня много может можно мной мною
    моего моей моем моих надо нами нашей наших него некоторые нельзя несколько нибудь никогда них
    ничего нужно однако она они оно опять очень первый перед пока после потом потому почему почти
    просто раза разве раньше сама сами само самого самое сегодня сейчас сказали сказать снова
    совсем спустя стал стали стало так также такая такие такое такой там твой тебя тем теперь
    того тоже только том тому тут уже хотя чего человек чем через чтобы чуть эта эти этих это
    этого этой этом этому этот свой своей своих своего себе себя месяц месяцев месяца часов
    about after again against also another because been before being between both could does
    doing down during each even ever every from further have having here hers herself himself
    into itself just like made make many more most much must myself never none once only other
    ours over really same shall should since some such than that their theirs them themselves
    then there these they thing things this those through time under until upon very want went
    were what when where which while whom will with within without would your yours yourself
    """

STOPWORDS = frozenset(_WORDS.split())
