"""The words that the sketch understands, each under what it draws for them; synonyms stand on one line."""

GROUNDS = {
    "mountain": "mountain mount alps alpine peak summit cliff canyon valley glacier himalaya volcano ridge highlands",
    "forest": "forest wood woods woodland jungle pine fir spruce grove trail rainforest taiga",
    "desert": "desert dune sahara sand cactus oasis pyramid savanna savannah mars martian",
    "city": "city cities town skyline skyscraper building street downtown urban metropolis neon cyberpunk tokyo "
    "london paris york office rooftop architecture village",
    "space": "space galaxy galaxies nebula planet universe cosmos cosmic orbit saturn jupiter astronaut alien asteroid "
    "spaceship interstellar",
    "meadow": "meadow field garden flowers floral daisies poppies lavender blossom wildflower grass grassland lilies "
    "orchard spring",
    "hills": "hill park countryside farm vineyard landscape prairie pasture tuscany road path",
    "studio": "table desk kitchen shelf pedestal",
}
WATERS = {
    "sea": "sea ocean beach coast coastal shore seaside harbour harbor island bay wave surf marine tropical underwater "
    "pacific atlantic mediterranean",
    "lake": "lake river pond reflection reflecting fjord lagoon waterfall canal water stream waterfront",
}
HOURS = {
    "night": "night midnight nocturnal moon moonlight moonlit starry star dark darkness aurora constellation halloween",
    "sunset": "sunset sundown dusk evening golden romantic",
    "dawn": "dawn sunrise morning daybreak misty pastel dreamy serene",
    "day": "day daylight noon midday afternoon sunny summer sunshine bright",
    "twilight": "twilight neon cyberpunk synthwave vaporwave mysterious",
}
WEATHERS = {
    "rain": "rain rainy raining storm stormy thunderstorm drizzle monsoon",
    "snowfall": "snowing snowfall blizzard snowflake snowstorm flurries christmas",
    "fog": "fog foggy mist misty haze hazy smoke",
    "cloud": "cloud cloudy clouds overcast",
    "aurora": "aurora borealis",
}
SEASONS = {
    "winter": "snow snowy snowing winter wintry arctic antarctic ice icy polar blizzard frozen frost ski christmas",
    "autumn": "autumn autumnal october november foliage",
    "spring": "spring blossom sakura cherry april",
}
SUBJECTS = {
    "cat": "cat kitten kitty tomcat feline",
    "dog": "dog puppy puppies hound wolf wolves fox corgi retriever husky",
    "bird": "bird eagle seagull gull crow raven swallow hawk owl parrot falcon crane dragon",
    "whale": "whale dolphin fish shark orca",
    "car": "car automobile roadster convertible coupe sedan taxi vehicle truck",
    "boat": "boat sailboat ship yacht sailing schooner sail canoe",
    "house": "house cabin cottage home hut barn chalet",
    "lighthouse": "lighthouse beacon",
    "balloon": "balloon airship zeppelin",
    "rocket": "rocket spaceship spacecraft shuttle starship missile",
    "robot": "robot android droid mech cyborg",
    "castle": "castle fortress palace kingdom fairytale tower",
    "tree": "tree oak maple willow baobab bonsai sakura cherry",
    "palm": "palm tropical island beach",
    "person": "person man boy child hiker traveller traveler wanderer samurai knight wizard astronaut warrior dancer "
    "surfer soldier couple monk",
    "portrait": "portrait face woman girl lady queen princess selfie headshot goddess",
    "mug": "coffee mug cup tea espresso cappuccino cocoa latte",
    "bottle": "bottle perfume wine potion cosmetic skincare shampoo",
    "bloom": "rose orchid bloom lotus bouquet tulip sunflower flower daisy poppy lily peony",
}
COLOURS = {
    "red": "red crimson scarlet ruby vermilion poppy poppies",
    "orange": "orange amber tangerine copper fox",
    "yellow": "yellow lemon gold sunflower daffodil",
    "green": "green emerald lime jade olive mint",
    "teal": "teal turquoise cyan aqua",
    "blue": "blue azure navy cobalt sapphire indigo",
    "purple": "purple violet lavender lilac magenta amethyst",
    "pink": "pink fuchsia coral salmon",
    "white": "white ivory silver pale",
    "black": "black ebony onyx charcoal",
}
