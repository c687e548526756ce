"""Words with a part to play in a sentence (English): function words, numbers, units, quantities, denials."""


def table(text: str) -> dict[str, str]:
    """A table written as ``form form = name``, one a line, by form."""
    rows = (line.partition("=") for line in text.strip().splitlines())
    return {form: name.strip() for forms, _, name in rows for form in forms.split()}


_FUNCTION = """
    'd 'll 'm 're 's 've a about above across actually addition additionally after again against ain't all along
    already also although am among amongst an and another any anybody anyone anything are aren't around as at away
    back based basically be because been before being below between both but by can can't cannot certain could
    couldn't d did didn't do does doesn't doing don't done down during e.g. each eg either else etc etc. even ever
    every everybody everyone everything few first's for from further furthermore generally get gets getting got had
    hadn't has hasn't have haven't having he he's hence her here here's hers herself him himself his how however i
    i'm i've i.e. ie if in include included includes including instead into is isn't it it'll it's its itself just
    least less let let's lets like ll m many may me might mine more moreover most much must mustn't my myself
    neither never no nobody none nor not nothing now of off on once one's oneself only onto or other ought our ours
    ourselves out over overall own per quite rather re really s same several shall she she's should shouldn't simply
    since so some somebody somehow someone something still such such's t than that that's the their theirs them
    themselves then there there's therefore these they they'd they'll they're they've this those though through
    throughout thus till to too toward towards under unless until up upon us using various ve very via was wasn't we
    we'll we're we've well were weren't what what's whatever when whenever where whereas wherever whether which
    whichever while who who's whoever whom whose why will with within without won't would wouldn't yet you you'd
    you'll you're you've your yours yourself yourselves
"""
FUNCTION_WORDS = frozenset(_FUNCTION.split())
"""Words without content of their own."""
NUMBER_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "half": 0.5,
}  # fmt: skip
SCALES = {
    "dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3,
    "bn": 1e9,
}  # fmt: skip
"""What a number before them is multiplied by."""
_ORDINALS = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth
"""
ORDINAL_WORDS = {word: place for place, word in enumerate(_ORDINALS.split(), 1)}
UNITS = table(
    """
    % percent percentage = %
    dollar dollars usd = $
    euro euros eur = €
    pound pounds gbp = £
    cent cents = cent
    second seconds sec secs = second
    minute minutes min mins = minute
    hour hours hr hrs h = hour
    day days = day
    week weeks = week
    month months = month
    year years yr yrs = year
    decade decades = decade
    century centuries = century
    km kilometer kilometers kilometre kilometres = km
    m meter meters metre metres = m
    cm centimeter centimeters centimetre centimetres = cm
    mm millimeter millimeters millimetre millimetres = mm
    mi mile miles = mile
    inch inches = inch
    ft foot feet = foot
    yd yard yards = yard
    kg kilogram kilograms kilo kilos = kg
    g gram grams = g
    mg milligram milligrams = mg
    lb lbs = lb
    oz ounce ounces = oz
    ton tons tonne tonnes = ton
    l liter liters litre litres = l
    ml milliliter milliliters millilitre millilitres = ml
    cup cups = cup
    teaspoon teaspoons tsp = tsp
    tablespoon tablespoons tbsp = tbsp
    kb = kb
    mb megabyte megabytes = mb
    gb gigabyte gigabytes = gb
    tb terabyte terabytes = tb
    degree degrees = °
    am a.m = am
    pm p.m = pm
    acre acres = acre
    hectare hectares ha = ha
    mph = mph
    watt watts w = w
    kw kilowatt kilowatts = kw
    pixel pixels px = px
    """
)
"""Units in one spelling."""
MONTHS = table(
    """
    january jan = january
    february feb = february
    march mar = march
    april apr = april
    may = may
    june jun = june
    july jul = july
    august aug = august
    september sept sep = september
    october oct = october
    november nov = november
    december dec = december
    """
)
WEEKDAYS = table(
    """
    monday mondays mon = monday
    tuesday tuesdays tue = tuesday
    wednesday wednesdays wed = wednesday
    thursday thursdays thu = thursday
    friday fridays fri = friday
    saturday saturdays sat = saturday
    sunday sundays sun = sunday
    """
)
_NEGATORS = """
    erroneously falsely incorrectly mistakenly wrongly
    absence ain't aren't barely can't cannot couldn't didn't doesn't don't fail failed failing fails hadn't hardly
    hasn't haven't instead isn't lack lacked lacking lacks mustn't neither never no nobody none nor not nothing
    nowhere rarely scarcely seldom shouldn't unable wasn't weren't without won't wouldn't
"""
NEGATORS = frozenset(_NEGATORS.split())
"""Words that deny what follows."""
RESTRICTORS = table(
    """
    only solely exclusively = only
    except excluding = except
    unless = unless
    """
)
"""Words that leave something out; by class."""
QUANTIFIERS = table(
    """
    all every each always everyone everything = all
    most majority usually mostly mainly generally typically primarily normally commonly largely often frequently = most
    many several numerous various multiple = many
    few rarely seldom little hardly scarcely barely = few
    some sometimes occasionally certain partly partially = some
    """
)
"""How much of something; by class."""
MODALS = table(
    """
    must required require requires requiring need needs needed mandatory compulsory obligatory shall obliged = must
    should recommended recommend recommends recommendation advised advise ought suggested suggest = should
    may might could possibly perhaps maybe probably likely potentially reportedly allegedly supposedly apparently = may
    can able possible cannot unable optional allow allows allowed enable enables permitted = can
    will would going = will
    """
)
"""How surely, or how freely; by class."""
