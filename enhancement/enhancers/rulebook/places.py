"""Words that place a picture indoors or outdoors, and places with a name of their own."""

from enhancement.enhancers.rulebook.matching import word_set

INDOORS = """sofa, couch, windowsill, window sill, armchair, carpet, rug, bookshelf, fireplace, ceiling, counter,
countertop, kitchen table, dining table, coffee table, wooden table, nightstand, bed, desk, bathtub"""

OUTDOORS = """playground, picnic, picnic table, yard, backyard, porch, balcony, rooftop, snow, grass, meadow, tree,
branch, rock, cliff, sand, farm, barn, zoo, stadium, campsite, tent, market stall, parking lot, skatepark, forest floor,
ocean floor, sea floor, river bed, riverbed, flower bed, garden bed, pavement, sidewalk, bus stop, park bench, pier,
dock, swimming pool, dirt road, race track, great wall"""

ACTIVITIES = """running, jogging, surfing, swimming, flying, climbing, hiking, skateboarding, skiing, snowboarding,
riding, sailing, galloping, racing, leaping, hunting, diving, soaring, frisbee, camping, drifting, driving, cycling,
grazing"""
"""What is done outdoors, where it is said of a noun: a dog running, but no running shoes."""

PLACING = word_set(
    """in, on, at, by, under, over, above, below, behind, beside, near, among, through, across, along, around, inside,
    into, onto"""
)
OUTSIDE = word_set("outdoors, outdoor, outside")
INSIDE = word_set("indoors, indoor")
ADVERBS = OUTSIDE | INSIDE | word_set("alone, together, asleep, awake, 4k, 8k, hd, uhd")

NAMED_CITIES = """paris, london, tokyo, new york, manhattan, brooklyn, rome, venice, kyoto, berlin, istanbul,

amsterdam, barcelona, madrid, san francisco, los angeles, chicago, hong kong, shanghai, dubai, cairo, prague, lisbon,

mumbai, eiffel tower, big ben, taj mahal, golden gate bridge"""

NAMED_LANDSCAPES = """mount fuji, mt. fuji, mount everest, grand canyon, niagara falls, yosemite, patagonia,

matterhorn, sahara, amazon, iceland, antarctica, alps, himalayas, rocky mountains"""
