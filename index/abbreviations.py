"""Abbreviations after which a full stop does not, or may not, end a sentence.

Grouped by what the next word must be for a sentence to end there. All in lower case, without the
last full stop; abbreviations with inner stops (т.е., U.S., أ.د) are known by their shape.
"""

from __future__ import annotations


def _set(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# A name, a noun or a number always follows.
NEVER = _set(
    # English
    "mr mrs ms dr prof rev hon gen col lt capt cmdr maj sgt gov sen rep pres amb st mt ft messrs",
    "vs viz cf approx dept univ",
    # Russian
    "г-н г-жа гр им акад проф доц канд ген ген-м полк подполк кап адм тов зам св бл митр",
    "дж мкр ул пр просп пл пер бул наб д кв корп стр обл р-н пос с дер ст гл разд рис табл",
    "см ср напр",
    "долл т.е т.к т.н и.о т п в вв м н ок тел ред изд сост прим лат англ араб каз рус тюрк",
    # Kazakh
    "қ ауд көш даң шағ ақ мыс қар сур кест бет м-р проф акад доц",
    # Arabic: doctor, professor, engineer, page, volume
    "د أ م ص ج ت ه ود وأ وم أد تلفون",
)

# A sentence ends only before a word that often starts one: "in the U.S. The", not "U.S. Congress".
STARTER = _set(
    "inc ltd co corp llc plc jr sr bros ave blvd rd esq",
    "г гг ж жж ғ ғғ",
)

# A sentence ends before any capitalised word: "и др. Президент", not "млн. долларов".
CAPITAL = _set(
    "etc al",
    "др пр тыс млн млрд трлн руб коп чел экз мин сек час проц кг км га куб кв",
    "т.д т.п т.б т.с.с тг мың теңг",
)

# Not an end before a number: "No. 5", "п. 3"; else an ordinary word or an end.
NUMBER = _set(
    "no nos p pp vol ch sec art fig figs par para jan feb mar apr jun jul aug sep sept oct nov dec",
    "c ca b d r born",
    "№ янв февр мар апр июн июл авг сент окт нояб дек б род р ч сағ каб",
    "رقم ف",
)

# Words that often start a sentence.
STARTERS = _set(
    "the a an it its in on at as by for from to with he she they we i you his her their our this",
    "that these those there but and so yet or if when while after before since although though",
    "however meanwhile moreover instead according under over during among what who why how not",
    "в во на по с со к ко о об от до из у за при для это этот эта эти он она они оно мы вы я",
    "его её ее их как также так а но и или если когда после перед тогда однако кроме между тем",
    "поэтому затем ранее сейчас теперь все ещё еще что кто где уже не без согласно отметим",
    "ол олар біз бұл осы сол ал және бірақ сондай сондықтан егер қазір бүгін кейін онда оның",
    "وقال وقالت قال قالت وأضاف وأضافت وأكد وأكدت وأوضح وأوضحت وأشار وأشارت وتابع وذكر وذكرت وأعلن",
    "وأعلنت وكان وكانت كان كانت وقد ولم ولا ولن وليس وفي ومن وعلى وإلى وعن ومع وبعد وقبل وهو وهي",
    "وهم وهذا وهذه وذلك وتلك كما لكن ولكن وتم ويأتي وتأتي ثم أما وأما إن إنه إنها هذا هذه",
    "وحسب وبحسب ووفقا",
    "олардың оған мұндай соның осыған айта сонымен",
)
