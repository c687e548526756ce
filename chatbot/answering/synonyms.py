"""Words that may stand for others, and words that stand against others (English); by their forms, not by stems."""

from itertools import chain

_GROUPS = """
    begin began begun begins beginning start starts started starting commence commenced
    end ends ended ending finish finishes finished conclude concluded
    big large
    small little
    buy buys bought buying purchase purchases purchased purchasing
    build builds built building construct constructs constructed constructing
    help helps helped helping assist assists assisted assisting aid aids aided
    use uses used using usage utilize utilizes utilized utilise utilised employ employs
    show shows showed shown showing display displays displayed demonstrate demonstrates demonstrated
    make makes made making create creates created creating produce produces produced producing
    get gets got obtain obtains obtained receive receives received
    give gives gave given provide provides provided providing offer offers offered offering supply supplies supplied
    say says said state states stated
    call calls called name names named known term termed
    city town
    quick quickly fast rapid rapidly swift swiftly
    important crucial vital essential key
    usual usually common commonly typical typically normal normally generally often
    main mainly chief chiefly primary primarily principal principally mostly largely
    need needs needed require requires required
    choose chooses chose chosen select selects selected pick picks picked
    keep keeps kept retain retains retained maintain maintains maintained
    live lives lived reside resides resided
    die dies died death
    movie movies film films
    car cars automobile automobiles
    picture pictures image images photo photos photograph photographs
    job jobs work works
    kid kids child children
    person people persons individual individuals
    country countries nation nations
    company companies firm firms business businesses
    customer customers client clients
    area areas region regions
    allow allows allowed allowing enable enables enabled let lets permit permits permitted
    stop stops stopped cease ceases ceased
    contain contains contained comprise comprises comprised consist consists consisted
    near close nearby
    almost nearly
    about around approximately roughly
    answer answers reply replies response responses
    method methods way ways approach approaches technique techniques
    part parts portion portions section sections
    type types kind kinds sort sorts
    error errors mistake mistakes
    famous renowned
    whole entire
    annual annually yearly
    approximately roughly circa
    attempt attempts try tries tried
    writer author
    song songs track tracks
    tv television
    doctor physician
    teach teaches taught
    happen happens happened occur occurs occurred
    locate located situated lie lies
    portray portrays portrayed play plays played
    release releases released publish publishes published issue issued
    also additionally
    us usa u.s america american
    uk u.k britain british
"""
SYNONYMS: dict[str, frozenset[str]] = {}
"""Words of which one may stand for the other, by word."""
for _group in (frozenset(line.split()) for line in _GROUPS.strip().splitlines()):
    for _word in _group:
        SYNONYMS[_word] = SYNONYMS.get(_word, frozenset()) | _group
_PAIRS = """
    more/less,fewer most/least,fewest before/after
    increase,rise,grow,gain/decrease,fall,drop,decline,reduce,shrink,lose above/below over/under up/down
    maximum,max/minimum,min highest/lowest higher/lower high/low large,big,great/small,little,tiny
    larger,bigger,greater/smaller largest,biggest,greatest/smallest long/short longer/shorter longest/shortest
    early/late earlier/later earliest/latest first/last begin,start,commence/end,finish,stop,cease open/close,shut
    opened/closed include/exclude included/excluded including/excluding
    inside,indoor,indoors/outside,outdoor,outdoors internal/external inner/outer interior/exterior
    north,northern/south,southern east,eastern/west,western left/right top/bottom upper/lower front/back,rear
    success,succeed/failure,fail successful,successfully/unsuccessful,unsuccessfully accept/reject,refuse,decline
    allow,permit/forbid,prohibit,ban,prevent allowed,permitted/forbidden,prohibited,banned,prevented
    add/remove,subtract added/removed enable/disable enabled/disabled win/lose won/lost victory/defeat
    positive,positively/negative,negatively good/bad,poor better/worse best/worst strong/weak stronger/weaker
    strongest/weakest easy,easily/difficult,hard easier/harder easiest/hardest simple/complex,complicated
    fast,quick,quickly/slow,slowly faster/slower hot,warm/cold,cool warmer/cooler,colder
    hottest,warmest/coldest,coolest old/new,young older/newer,younger oldest/newest,youngest ancient/modern
    public,publicly/private,privately domestic/foreign national/international local/global rural/urban
    male,man,men/female,woman,women boy/girl father/mother son/daughter brother/sister husband/wife king/queen
    husbands/wives he/she his/her buy,purchase/sell bought,purchased/sold import/export arrive/depart,leave
    enter/exit,leave rich,wealthy/poor cheap,inexpensive/expensive cheaper/costlier heavy/light heavier/lighter
    wide/narrow wider/narrower deep/shallow thick/thin near,close/far,distant full/empty alive,living/dead
    life/death born/died birth/death true/false correct,right/incorrect,wrong safe/dangerous,unsafe legal/illegal
    possible/impossible necessary,required,mandatory,compulsory/unnecessary,optional,voluntary similar/different
    same/different alike/unlike like/unlike always/never,sometimes,rarely
    often,frequently/rarely,seldom,infrequently usually/rarely,seldom common,commonly/rare,rarely,uncommon many/few
    majority/minority majority/few wholly,entirely,fully,completely/partly,partially
    temporary,temporarily/permanent,permanently active/passive,inactive direct,directly/indirect,indirectly
    formal/informal natural/artificial,synthetic major/minor mainly,mostly,primarily/rarely,slightly senior/junior
    primary/secondary single/multiple,several married/divorced,single love/hate like/dislike agree/disagree
    appear/disappear connect/disconnect approve/disapprove,reject encourage/discourage support/oppose
    supported/opposed supporting/opposing attack/defend ally/enemy allies/enemies
    advantage,benefit/disadvantage,drawback cause/prevent create/destroy built/destroyed improve/worsen
    expand/contract,shrink strengthen/weaken raise/lower raised/lowered rising/falling rose/fell
    grew/shrank,shrunk,fell ascending/descending forward/backward upward/downward day/night morning/evening
    summer/winter spring/autumn,fall daily/weekly,monthly,yearly wet/dry hard/soft rough/smooth visible/invisible
    known/unknown famous/unknown,obscure popular/unpopular usual/unusual able/unable likely/unlikely lead/follow
    with/without for/against within/outside until/after since/until during/after both/neither equal/unequal
    free/paid hire/fire lend/borrow push/pull send/receive sent/received teach/learn question/answer black/white
    vowel/consonant plural/singular horizontal/vertical odd/even guilty/innocent conservative/liberal
    democrat/republican democratic/republican catholic/protestant theory/practice
    physical,physically/mental,mentally quantity/quality profit/loss asset/liability assets/liabilities
    supply/demand surplus/deficit credit/debit income/expense predecessor/successor preceded/followed,succeeded
    previous,former/next,following,subsequent ancestor/descendant parent/child teacher/student employer/employee
    winner/loser host/guest offense/defense offensive/defensive input/output upload/download
    install/uninstall,remove attach/detach lock/unlock online/offline automatic,automatically/manual,manually
    fresh/stale began,begun/ended,finished,stopped gain,gained/lost,lose rise,rose,risen/fall,fell,fallen
    ancient/recent,modern new,newest/ancient,old,oldest free/expensive,costly,paid young/old,aged
    keep,kept/lose,lost find,found/lose,lost come,came/go,went give,gave,given/take,took,taken
    bring,brought/take,took hate/like,love married/single sooner/later friend,friendly/enemy,hostile
    join,joined/leave,left,quit arrived/left,departed hero/villain presence/absence present/absent ascend/descend
    exceed,exceeded/under minimal/maximal shortest/tallest taller,tall/shorter,short broad/narrow generous/stingy
    sharp/blunt,dull tight/loose clean/dirty clear/unclear quiet/loud,noisy bright/dark,dim light/dark cooked/raw
"""


def _forms(word: str) -> frozenset[str]:
    """A word with what may be its inflections."""
    bare = word.removesuffix("e")
    doubled = f"{word}{word[-1]}"
    stems = (word, f"{word}s", f"{bare}ed", f"{bare}es", f"{bare}ing", f"{doubled}ed", f"{doubled}ing")
    return frozenset(stems) | ({f"{word[:-1]}ies", f"{word[:-1]}ied"} if word.endswith("y") else frozenset())


OPPOSITES: dict[str, frozenset[str]] = {}
"""What excludes what, each way, by its forms."""
for _pair in _PAIRS.split():
    _one, _two = (frozenset(chain.from_iterable(map(_forms, side.split(",")))) for side in _pair.split("/"))
    for _left, _right in ((_one, _two), (_two, _one)):
        for _word in _left:
            OPPOSITES[_word] = OPPOSITES.get(_word, frozenset()) | _right
_SUFFIXES = """
    ability able ably age ages al ally an ance ances ans ant ants ate ated ates ating ation ations ative d e ed ence
    ences ent ents er ers ery es ese ful fully ial ially ian ians ibility ible ic ical ically ied ier ies iest ing
    ion ions isation ise ised ish ising ism ist ists ity ive ively ization ize ized izes izing ly ment ments ness or
    ors ory ous ously r rs ry s ship sion sions st tion tions y ying
"""
SUFFIXES = frozenset(_SUFFIXES.split()) | {""}
"""What words of one family differ in."""
PREFIXES = ("un", "in", "im", "ir", "il", "dis", "non", "mis", "anti")
"""What makes a word its opposite."""
