"""Words that mean the same, the opposite, or one of a kind: what claims are reworded and altered with."""

from __future__ import annotations

# fmt: off


def words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


def pairs(text: str) -> list[tuple[str, str]]:
    """``one/other`` as pairs."""
    return [(one, other) for one, _, other in (pair.partition("/") for pair in words(text))]


SMALL = set(words("""
    the a an it its he she they we you this that these those in on at by for from with as after before during since
    his her their our your there some many most all each every both one two three several although when while if to
    other another such under over between through among until within
"""))
"""Words that are written small within a sentence."""
SYNONYMS = pairs("""
    began/started begin/start begins/starts large/big purchase/buy purchased/bought purchases/buys
    approximately/about approximately/around approximately/roughly nearly/almost help/assist helps/assists
    many/numerous often/frequently use/utilize uses/utilizes used/utilized obtain/get obtained/got receive/get
    provide/offer provides/offers provided/offered showed/demonstrated because/since several/multiple children/kids
    persons/people movie/film movies/films located/situated created/made built/constructed famous/well-known
    main/primary main/chief primarily/mainly mainly/mostly usually/typically usually/generally normally/usually
    quickly/rapidly quick/fast important/significant difficult/hard easy/simple huge/enormous entire/whole
    currently/now today/nowadays finish/complete finished/completed choose/select chosen/selected
    choosing/selecting requires/needs required/needed called/named regarding/about concerning/about
    additional/extra sufficient/enough collect/gather collected/gathered information/data website/site
    websites/sites upon/on amongst/among whilst/while portion/part company/firm companies/firms employees/workers
    employees/staff terminate/end terminated/ended resides/lives resided/lived attempt/try attempted/tried
    permit/allow permits/allows permitted/allowed physician/doctor attorney/lawyer discovered/found annual/yearly
    annually/yearly includes/contains possess/have possesses/has enable/allow enables/allows enabled/allowed
    modify/change modified/changed alter/change altered/changed purpose/aim objective/goal objectives/goals
    method/way methods/ways kind/type kinds/types error/mistake errors/mistakes wealthy/rich ill/sick US/U.S.
    television/TV photo/picture photos/pictures email/e-mail large/sizable received/got also/additionally
    however/nevertheless remain/stay remained/stayed whole/complete stated/said states/says noted/said
    argued/claimed
""")
PHRASES = [
    ("in order to", "to"), ("such as", "like"), ("because of", "due to"), ("due to", "because of"),
    ("as well as", "and"), ("in addition to", "besides"), ("known as", "called"), ("prior to", "before"),
    ("is made up of", "consists of"), ("consists of", "is made up of"), ("make sure", "ensure"), ("per year", "a year"),
    ("a lot of", "many"), ("every year", "annually"), ("set up", "established"), ("United States", "US"),
    ("United Kingdom", "UK"), ("World War II", "the Second World War"), ("World War I", "the First World War"),
    ("one of the", "among the"), ("more than", "over"), ("at the moment", "currently"),
    ("a number of", "several"), ("the majority of", "most"), ("most of the", "the majority of the"),
    ("able to", "in a position to"), ("is able to", "can"), ("are able to", "can"), ("has to", "must"),
    ("have to", "must"), ("is required to", "must"), ("are required to", "must"), ("may", "might"),
]
CONTRACTIONS = [
    ("is not", "isn't"), ("are not", "aren't"), ("was not", "wasn't"), ("were not", "weren't"), ("do not", "don't"),
    ("does not", "doesn't"), ("did not", "didn't"), ("cannot", "can't"), ("can not", "can't"), ("will not", "won't"),
    ("has not", "hasn't"), ("have not", "haven't"), ("had not", "hadn't"), ("would not", "wouldn't"),
    ("could not", "couldn't"), ("should not", "shouldn't"), ("it is", "it's"), ("they are", "they're"),
    ("we are", "we're"), ("you are", "you're"), ("we will", "we'll"), ("you will", "you'll"),
]
UNITS = words("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty
""")
TENS = {30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}
INTRODUCTIONS = (
    "According to the article, ", "In summary, ", "The article says that ", "Based on the article, ",
    "According to the post, ", "Yes, ", "The post states that ", "In other words, ", "As the article notes, ",
    "Specifically, ", "To sum up, ", "It is said that ", "The text explains that ", "Overall, ",
)
MONTHS = words("""
    January February March April May June July August September October November December
""")
DAYS = words("""
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
""")
ORDINALS = words("""
    first second third fourth fifth sixth seventh eighth ninth tenth
""")
OPPOSED = pairs("""
    increase/decrease increased/decreased increases/decreases increasing/decreasing rise/fall rose/fell
    rising/falling grew/shrank growth/decline more/less higher/lower high/low highest/lowest larger/smaller
    large/small largest/smallest greater/lesser bigger/smaller big/small older/younger old/young oldest/youngest
    longer/shorter long/short longest/shortest faster/slower fast/slow better/worse best/worst good/bad
    stronger/weaker strong/weak early/late earlier/later earliest/latest before/after above/below over/under
    inside/outside within/outside north/south northern/southern east/west eastern/western northeast/southwest
    northwest/southeast left/right top/bottom upper/lower first/last begin/end began/ended beginning/end start/end
    started/ended win/lose won/lost victory/defeat success/failure successful/unsuccessful accept/reject
    accepted/rejected allow/prohibit allowed/prohibited allows/prohibits permitted/forbidden with/without
    include/exclude includes/excludes included/excluded including/excluding male/female men/women man/woman
    boys/girls boy/girl father/mother son/daughter brother/sister husband/wife king/queen his/her he/she buy/sell
    bought/sold major/minor majority/minority public/private import/export imports/exports maximum/minimum
    positive/negative legal/illegal possible/impossible able/unable always/never common/rare often/rarely
    frequently/seldom usually/rarely easy/difficult easily/hardly cheap/expensive rich/poor wealthy/poor hot/cold
    warm/cool wet/dry summer/winter day/night morning/evening internal/external internally/externally
    domestic/foreign national/international urban/rural modern/ancient new/old former/current temporary/permanent
    active/inactive open/closed opened/closed opening/closing support/oppose supported/opposed supports/opposes
    for/against agree/disagree agreed/disagreed true/false right/wrong correct/incorrect similar/different
    same/different safe/dangerous healthy/sick alive/dead birth/death born/died enter/leave entered/left
    arrive/depart arrived/departed join/leave joined/left attack/defend attacked/defended attacks/defends
    built/destroyed build/destroy created/destroyed add/remove added/removed gain/lose gained/lost
    encourage/discourage encouraged/discouraged improve/worsen improved/worsened strengthen/weaken
    advantage/disadvantage advantages/disadvantages benefit/harm benefits/harms popular/unpopular likely/unlikely
    necessary/unnecessary direct/indirect directly/indirectly formal/informal voluntary/mandatory optional/required
    required/optional free/paid full/empty heavy/light deep/shallow wide/narrow rough/smooth simple/complex
    upward/downward forward/backward ascending/descending teacher/student employer/employee employers/employees
    parent/child parents/children predecessor/successor cause/prevent causes/prevents caused/prevented love/hate
    loved/hated praise/criticize praised/criticized remember/forget send/receive sent/received give/take gave/took
    push/pull raise/lower raised/lowered approve/reject approved/rejected succeed/fail succeeded/failed
    continue/stop continued/stopped conservative/liberal democratic/authoritarian independent/dependent
    visible/invisible known/unknown certain/uncertain liquid/solid natural/artificial primary/secondary
    senior/junior professional/amateur offline/online enable/disable enabled/disabled
""")
KINDS = [
    words(kind)
    for kind in (
        "red blue green yellow black white orange purple brown pink grey silver golden",
        "France Germany Italy Spain China Japan India Russia Canada Brazil Mexico Australia Egypt Turkey "
        "Greece Poland Sweden Norway Denmark Finland Ireland Scotland England Portugal Austria Hungary Iran "
        "Iraq Kenya Nigeria",
        "French German Italian Spanish Chinese Japanese Indian Russian Canadian Brazilian Mexican Australian "
        "Egyptian Turkish Greek Polish Swedish Norwegian Danish Dutch Irish Scottish English British "
        "American Portuguese Roman",
        "London Paris Berlin Rome Madrid Moscow Tokyo Beijing Chicago Boston Philadelphia Washington Toronto "
        "Sydney Vienna",
        "Texas California Florida Ohio Virginia Georgia Illinois Michigan Pennsylvania Massachusetts Oregon "
        "Arizona",
        "president king queen emperor governor mayor minister ambassador senator general bishop chairman "
        "director professor judge secretary",
        "iron copper gold silver lead zinc steel wood stone glass plastic brick",
        "spring summer autumn winter",
        "mother father uncle aunt cousin grandfather son daughter brother sister wife",
        "football basketball baseball tennis cricket hockey rugby golf boxing",
        "piano violin guitar drums trumpet flute cello",
        "album song film novel play poem book painting opera",
        "cats dogs horses cows sheep birds fish pigs",
        "wheat corn rice cotton sugar coffee tea tobacco",
        "Facebook Instagram Twitter LinkedIn YouTube Google Amazon Microsoft Apple",
        "email phone text letter fax mail",
        "Christian Muslim Jewish Buddhist Hindu Catholic Protestant Orthodox",
        "army navy police government parliament",
        "river lake mountain sea desert forest island valley",
        "school university hospital church museum library theatre",
        "seconds minutes hours days weeks months years decades centuries",
        "second minute hour day week month year decade",
        "million billion trillion thousand hundred",
        "kilometers miles meters feet inches centimeters yards kilometres metres",
        "kg pounds tons ounces grams tonnes",
        "dollars euros pounds yen",
        "daily weekly monthly annually hourly",
        "north south east west",
        "northern southern eastern western central",
        "doctor lawyer teacher engineer nurse",
        "biology chemistry physics mathematics medicine law philosophy economics history",
        "water air oil gas coal",
        "customers employees partners suppliers investors competitors",
        "name address age password location",
        "marketing sales finance advertising accounting",
        "twice once thrice",
        "half quarter third",
    )
]
"""Words of a kind; those that measure are in the middle."""
MEASURES = {word for kind in KINDS[20:27] for word in kind}
DIRECTED = [
    (r"most(?= of\b| [a-z]+s\b)(?! [a-z]*ous)", ("all", "few")), (r"many", ("all", "few", "most")),
    (r"some", ("all", "most", "no")),
    (r"several", ("all", "two")), (r"few", ("many", "most")), (r"all", ("no", "only some", "few")),
    (r"every", ("no", "not every")), (r"both", ("neither of", "only one of")), (r"at least", ("at most", "exactly")),
    (r"at most", ("at least",)), (r"more than", ("less than", "fewer than", "exactly")), (r"less than", ("more than",)),
    (r"fewer than", ("more than",)), (r"up to", ("at least", "more than")), (r"often", ("always", "never")),
    (r"usually", ("always", "never")), (r"sometimes", ("always", "never")), (r"generally", ("always", "never")),
    (r"always", ("sometimes", "never")), (r"only", ("not only", "also")), (r"almost", ("more than",)),
    (r"nearly", ("more than",)), (r"about", ("exactly", "over", "fewer than")), (r"approximately", ("exactly", "over")),
    (r"around", ("exactly",)), (r"part of", ("all of", "none of")), (r"most of", ("all of", "none of")),
    (r"one of the", ("the only one of the",)), (r"rarely", ("never", "often")), (r"mainly", ("only", "never")),
    (r"primarily", ("only", "never")), (r"typically", ("always", "never")), (r"over(?= \d)", ("under", "exactly")),
]
MODALS = [
    ("may", ("must", "will", "cannot")), ("might", ("must", "will")), ("can", ("must", "cannot")),
    ("could", ("must", "could never")), ("should", ("must", "should not", "need not")), ("must", ("may", "need not")),
    ("cannot", ("can", "must")), ("will", ("will never", "may not")), ("would", ("would never",)),
    ("is required to", ("may", "is not required to")), ("are required to", ("may", "are not required to")),
    ("is allowed to", ("must", "is not allowed to")), ("are allowed to", ("must", "are not allowed to")),
    ("is believed to be", ("is proven to be",)), ("are believed to be", ("are proven to be",)),
    ("was thought to be", ("was proven to be",)), ("suggests", ("proves",)), ("suggest", ("prove",)),
    ("is likely to", ("is certain to", "is unlikely to")), ("are likely to", ("are certain to", "are unlikely to")),
    ("planned to", ("refused to",)), ("tried to", ("refused to", "managed to")), ("attempted to", ("refused to",)),
    ("recommended", ("required",)), ("possibly", ("certainly",)), ("probably", ("certainly",)),
]
NEGATIONS = [
    (r"cannot", "can"), (r"can't", "can"), (r"did not (\w+)", r"did \1"), (r"does not (\w+)", r"does \1"),
    (r"do not ", ""), (r"don't ", ""),
    (r"(is|are|was|were|will|would|should|could|has|have|had|may|must) not ", r"\1 "),
    (r"(is|was|were|are)n't ", r"\1 "), (r"(has|have|had|was|were|is|are) never ", r"\1 "), (r"never ", ""),
    (r"there (is|was) no ", r"there \1 a "), (r"there (are|were) no ", r"there \1 "), (r"without", "with"),
    (r"no longer", "still"), (r"unable to", "able to"), (r"failed to", "managed to"), (r"refused to", "agreed to"),
]


def table(groups: list[tuple[str, str]] | list[list[str]]) -> dict[str, list[str]]:
    """Each word to the others of its groups, in order."""
    found: dict[str, list[str]] = {}
    for group in groups:
        for word in group:
            found.setdefault(word, []).extend(each for each in group if each != word)
    return found


OPPOSITES = table(OPPOSED)
TOGETHER = table(KINDS)
