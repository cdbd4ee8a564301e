"""Function words of four languages: they begin sentences with a capital and name nothing."""

from __future__ import annotations

from typing import Final

_ENGLISH: Final = """
a an the and or but if of in on at to for from by with about as into over after before between
is are was were be been being am do does did done has have had will would shall should can could
may might must not no nor so than then there here this that these those it its he she they them
their his her him we us our you your i my me what which who whom whose when where why how much
many more most some any all each every both few such only own same too very also just still yet
according during since until while because however although tell say says said name list give
"""
_RUSSIAN: Final = """
и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее её мне
было вот от меня еще ещё нет о об из ему теперь когда даже ну ли если уже или ни быть был него
до вас нибудь опять уж вам ведь там потом себя ничего ей может они тут где есть надо ней для мы
тебя их чем была сам чтоб без будто чего раз тоже себе под будет ж тогда кто этот того потому
этого какой какая какое какие каков какова каково какую каким каком какого каких сколько почему
зачем куда откуда чей чья чьи который которая которое которые котором этом эта это эти после
перед между при через также однако согласно назовите скажите
"""
_KAZAKH: Final = """
және мен бен пен да де та те ма ме ба бе па пе бұл ол осы сол мұндай үшін туралы бойынша кейін
дейін бірақ немесе яғни ал кім не қандай қай қайда қашан қанша неше неге қалай кімнің ненің
неліктен қайдан қайсы бар жоқ еді екен болды болып болған бола деп дейді деген айтты соң
"""
_ARABIC: Final = """
في من إلى الى على عن مع هذا هذه ذلك تلك التي الذي الذين ما ماذا متى أين اين كيف كم لماذا هل أي
اي أو او ثم لا لم لن قد كان كانت يكون تكون هو هي هم أن ان إن بعد قبل بين عند كما حيث حتى وفي ومن
وإلى وعلى كل بعض غير عبر خلال منذ ضد نحو لدى أيضا وقد وكان التى فيها فيه منها منه عليه عليها إنه
أنه أنها إنها لها له لهم به بها هناك هنا اذا إذا ليس ليست وهو وهي مثل أكثر أقل
"""
STOPWORDS: Final = frozenset((_ENGLISH + _RUSSIAN + _KAZAKH + _ARABIC).split())
