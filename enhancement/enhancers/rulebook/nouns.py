"""The nouns by which a subject is known. Lists of things that can be counted stand apart: only they take an article."""

PERSON = """person, man, woman, boy, girl, child, kid, baby, toddler, teenager, lady, gentleman, guy, grandmother,

grandfather, grandma, grandpa, mother, father, mom, dad, sister, brother, friend, couple, family, crowd, king, queen,

prince, princess, knight, warrior, samurai, ninja, soldier, pirate, wizard, witch, astronaut, cowboy, viking, monk,

nun, priest, doctor, nurse, teacher, student, scientist, engineer, firefighter, police officer, detective, farmer,

fisherman, chef, baker, barista, waiter, artist, painter, musician, singer, guitarist, violinist, pianist, dancer,

ballerina, athlete, runner, surfer, skater, boxer, player, swimmer, cyclist, hiker, climber, bride, groom,

businessman, businesswoman, worker, carpenter, blacksmith, sailor, captain, pilot, driver, model, actor, actress,

superhero, hero, villain, librarian, hacker, gamer, clown, mermaid, elf, fairy, god, goddess, human, neighbor,

tailor, potter, vendor,
shopkeeper, merchant, skateboarder, gardener, bro"""

PEOPLE = "he, she, someone, somebody, people, children, men, women, police, firemen, fishermen, parents, grandparents"

PET = """cat, house cat, sphynx, kitten, kitty, tabby, dog, puppy, puppies, corgi, pug, husky, labrador,
golden retriever, poodle, dachshund, bulldog, beagle, bunny, bunnies, rabbit, hamster, guinea pig, ferret"""

MAMMAL = """fox, wolf, wolves, bear, panda, lion, lioness, tiger, leopard, cheetah, panther, lynx, horse,

pony, donkey, zebra, giraffe, cow, bull, sheep, goat, deer, stag, elk, moose, reindeer, squirrel, chipmunk, raccoon,

badger, hedgehog, otter, beaver, monkey, gorilla, chimpanzee, orangutan, sloth, koala, kangaroo, camel, llama,

alpaca, bison, buffalo, mouse, mice, rat, bat, polar bear, red panda, animal, sea otter"""

BIRD = """bird, owl, eagle, hawk, falcon, parrot, peacock, penguin, duck, duckling, goose, swan, chicken, hen,

rooster, crow, raven, robin, sparrow, hummingbird, flamingo, pigeon, dove, seagull, kingfisher, heron, toucan,

pelican, macaw"""

INSECT = "insect, butterfly, butterflies, bee, bumblebee, ant, beetle, ladybug, dragonfly, moth, spider, snail, mantis"

SEA_LIFE = """fish, goldfish, koi, whale, dolphin, shark, octopus, squid, jellyfish, sea turtle, turtle, seahorse,

crab, lobster, starfish, manta ray, clownfish"""

CREATURE = """dragon, unicorn, phoenix, monster, alien, robot, android, cyborg, mech, dinosaur, t rex, zombie, ghost,

vampire, werewolf, demon, angel, goblin, troll, ogre, gnome, creature, golem, griffin, kraken, frog, toad, lizard,

gecko, chameleon, snake, crocodile, tortoise, iguana, skeleton, elephant, rhino, hippo, pig, mammoth, mascot,

character"""

VEHICLE = """car, sports car, truck, bus, van, motorcycle, motorbike, bicycle, bike, mountain bike, scooter, vespa,

train, locomotive, tram, boat, ship, sailboat, yacht, ferry, canoe, submarine, airplane, plane, jet, helicopter,

spaceship, starship, tractor, convertible, taxi, ambulance, fire truck, tank, hot air balloon, airship, zeppelin,

lambo, porsche"""

DISH = """pizza, burger, hamburger, cheeseburger, sandwich, taco, burrito, salad, cake, cupcake, birthday cake, pie,

cookie, croissant, donut, doughnut, pancake, waffle, steak, cocktail, smoothie, milkshake, apple,

banana, orange, lemon, strawberry, strawberries, pear, cherry, cherries, pineapple, avocado, tomato, carrot, pumpkin,

meal, dish, breakfast, dinner, lunch, dessert, sundae, ice cream cone, hot dog, bagel, muffin, loaf, watermelon,

mango, egg, latte, cappuccino"""

INGREDIENT = """sushi, ramen, pasta, spaghetti, noodles, rice, bread, cheese, coffee, tea, espresso, chocolate,

ice cream, food, fruit, soup, honey, butter, wine, beer, juice, milk, fries, curry, bacon, seafood, popcorn, sashimi,

dumplings"""

PLANT = """flower, rose, tulip, sunflower, daisy, daisies, orchid, lily, lilies, lotus, cactus, succulent,

houseplant, plant, mushroom, bouquet, leaf, leaves, bonsai, fern, poppy, poppies, cherry blossom, tree, oak,

palm tree, monstera"""

COMPOUNDS = """computer mouse, wireless mouse, gaming mouse, optical mouse, baseball bat, cricket bat, fish tank,
water tank, rubber duck, piggy bank, cat food, dog food, pet food, phone case, car key, house key, chess set,
chess piece, chess king, chess queen, chess knight, playing card, christmas tree, dog bed, cat bed, bow tie,
apple watch, paper plane, paper airplane, tank top, tennis racket, toy car, toy train, watering can, sand castle,
snow globe"""
"""Things whose last word is the name of something else."""

OBJECT = """bed, bowl, cup, plate, mug, bottle, vase, lamp, chair, table, sofa, desk, book, clock, watch, pocket watch,
wristwatch, ring, necklace, bracelet, earring, handbag, bag, backpack, purse, wallet, suitcase, shoe, sneaker, boot,
hat, dress, jacket, shirt, t shirt, hoodie, coat, scarf, tie, umbrella, guitar, violin, piano, drum, trumpet, camera,
phone, smartphone, laptop, computer, keyboard, headphone, speaker, television, typewriter, radio, toy, teddy bear, doll,
ball, football, candle, knife, sword, shield, crown, key, lock, box, jar, teapot, kettle, pan, pen, pencil, brush,
statue, sculpture, perfume bottle, water bottle, lipstick, cream jar, mirror, pillow, blanket, telescope, compass,
lantern, rocket, balloon, gift, trophy, diamond, crystal, skateboard, surfboard, helmet, mask, medal, coin, machine,
coffee mug, coffee cup, hammer, heart, skull, bicycle helmet, running shoe, tent, envelope, light bulb, snowflake,
umbrella, joystick, controller, cassette, record player"""

GOODS = """jewelry, jewellery, furniture, makeup, cosmetics, skincare, headphones, sunglasses, glasses, perfume,
shampoo, soap"""

LOGO = """logo, logotype, icon, app icon, emblem, badge, monogram, wordmark, symbol, typography, lettering, sign,

poster, banner, flyer, quote, letter, word, book cover, business card, favicon, crest, pictogram, text"""

INTERIOR = """room, living room, bedroom, bathroom, kitchen, office, home office, library, cafe, café, coffee shop,

restaurant, bar, pub, museum, gallery, classroom, workshop, bakery, bookstore, bookshop, hallway, attic, loft, lobby,

church, cathedral, greenhouse, gym, interior, laboratory, garage, nursery, hotel room, dining room, sauna"""

CITY = """city, cities, street, alley, skyline, downtown, cityscape, town, village, building, skyscraper, bridge,

square, market, metropolis, subway station, train station, harbor, harbour, castle, house, cottage, cabin, tower,

temple, palace, lighthouse, windmill, ruins, boulevard, avenue, neighborhood, suburb, pagoda, treehouse, hut, factory,
warehouse, station, diner, shop, store, school, hospital, airport, church tower, gas station"""

LANDSCAPE = """mountain, mountain range, forest, woods, lake, river, waterfall, ocean, sea, beach, coast, island,

desert, dune, canyon, valley, hill, meadow, field, garden, park, jungle, rainforest, savanna, savannah, glacier,

iceberg, landscape, seascape, countryside, vineyard, swamp, volcano, cliff, fjord, mountain road, road, path, trail,

farmland, pond, wave, sand, snow, prairie, reef, coral reef, wilderness, orchard"""

SKY = "sunset, sunrise, sky, cloud, rainbow, storm, thunderstorm, lightning, aurora, tornado, horizon, snowstorm"

COSMOS = """galaxy, galaxies, nebula, planet, solar system, black hole, universe, outer space, moon, comet, star,
milky way, mars"""

IDEA = """abstract, freedom, love, time, hope, chaos, dream, memory, memories, silence, happiness, sadness,

loneliness, peace, infinity, pattern, texture, concept, swirl, fractal, gradient, energy, mandala, anxiety, joy,

entropy"""

COUNTED = (
    *(PERSON, PET, MAMMAL, BIRD, INSECT, SEA_LIFE, CREATURE, VEHICLE),
    *(DISH, PLANT, OBJECT, LOGO, INTERIOR, CITY, LANDSCAPE, SKY),
)
UNCOUNTED = (PEOPLE, INGREDIENT, GOODS)
