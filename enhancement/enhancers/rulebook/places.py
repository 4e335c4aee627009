"""Words that place a picture indoors or outdoors, and places with a name of their own."""

INDOORS = """indoors, indoor, sofa, couch, bed, desk, windowsill, armchair, carpet, rug, bookshelf, fireplace,

ceiling, counter, countertop, stage, wall, floor, wooden table, shelf, shelves, window"""

OUTDOORS = """outdoors, outdoor, outside, running, jogging, surfing, swimming, flying, climbing, hiking,

skateboarding, skiing, snowboarding, riding, sailing, galloping, racing, leaping, hunting, diving, soaring, frisbee,

playground, picnic, yard, backyard, porch, balcony, rooftop, snow, grass, meadow, tree, branch, rock, cliff, sand,

farm, barn, zoo, stadium, camping, tent, market stall, parking lot, drifting, driving, cycling, grazing"""

NAMED_CITIES = """paris, london, tokyo, new york, manhattan, brooklyn, rome, venice, kyoto, berlin, istanbul,

amsterdam, barcelona, madrid, san francisco, los angeles, chicago, hong kong, shanghai, dubai, cairo, prague, lisbon,

mumbai, eiffel tower, big ben, taj mahal, golden gate bridge"""

NAMED_LANDSCAPES = """mount fuji, mt. fuji, mount everest, grand canyon, niagara falls, yosemite, patagonia,

matterhorn, sahara, amazon, iceland, antarctica, alps, himalayas, rocky mountains"""
