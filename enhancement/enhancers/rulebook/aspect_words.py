"""The words by which a prompt decides an aspect of its picture itself."""

LIGHT = """light, lit, lighting, lighted, sunlight, sunlit, moonlight, moonlit, candlelight, candlelit, candle,
daylight, backlight, backlit, spotlight, starlight, starlit, lamplight, lamp, lantern, streetlight, torch, torchlight,
firelight, fire, fiery, flame, flaming, bonfire, campfire, burning, ember, lava, volcano, glow, glowing, luminous,
bioluminescent, neon, laser, hologram, holographic, sun, sunny, sunset, sunrise, sundown, dawn, dusk, twilight,
daybreak, golden hour, blue hour, magic hour, morning, noon, midday, afternoon, evening, night, nighttime, nightfall,
midnight, nocturnal, day, daytime, dark, darkness, dim, dimly, bright, brightly, shadow, shadowy, shade, silhouette,
silhouetted, overcast, cloudy, fog, foggy, mist, misty, haze, hazy, storm, stormy, thunderstorm, lightning, rain,
rainy, raining, snowstorm, blizzard, aurora, northern lights, eclipse, star, starry, moon, space, galaxy, galaxies,
nebula, planet, cosmos, cosmic, mars, underwater, deep sea, cave, dungeon, cellar, basement, chiaroscuro, high key,
low key, rim lit, volumetric, sunbeam, studio, softbox, fireworks, disco, nightclub, rave, noir, haunted, cinematic,
high contrast, exposure, gloomy, cyberpunk, explosion, exploding, erupting, shining, shiny, sparkling"""

FRAMING = """close up, closeup, macro, aerial, drone, bird's eye, birds eye, overhead, top down, top view, from above,
from below, low angle, high angle, worm's eye, dutch angle, eye level, portrait, headshot, selfie, full body,
full length, half body, waist up, bust, profile, side view, front view, rear view, back view, from behind,
from the side, three quarter, point of view, pov, first person, panorama, panoramic, establishing shot, wide shot,
long shot, medium shot, shot, angle, view, seen from, viewed from, perspective, isometric, flat lay, flatlay,
tilt shift, wide angle, ultra wide, foreground, in the distance"""

CAMERA = """lens, lenses, fish eye, fisheyed, aperture, iso, exposure, shutter, depth of field, bokeh, blur, blurred,
blurry, focus, fisheye, telephoto, zoom, camera, dslr, leica, canon, nikon, hasselblad, gopro, polaroid, instax, kodak,
kodachrome, fujifilm, portra, film grain, 35mm film, analog film, disposable camera, vhs, cctv, webcam, x ray,
microscope, microscopic, satellite, telescope, underwater, time lapse, cinematic, anamorphic, imax"""

COMPOSITION = """composition, composed, centered, centred, center, centre, middle, symmetrical, symmetry,
asymmetrical, rule of thirds, golden ratio, negative space, empty space, white space, whitespace, copy space, left,
right, corner, side by side, diptych, triptych, collage, grid, pattern, seamless, tileable, panel, split screen,
layout, frame, framed, framing, diagonal, crowded, busy, cluttered, chaotic, maximalist, infographic, diagram, map,
row, pile"""

PALETTE = """red, crimson, scarlet, maroon, burgundy, pink, magenta, fuchsia, orange, peach, coral, yellow, gold,
golden, amber, green, emerald, lime, mint, olive, teal, turquoise, cyan, aqua, blue, navy, indigo, azure, cobalt,
purple, violet, lavender, lilac, mauve, brown, tan, beige, cream, ivory, white, black, gray, grey, silver, bronze,
copper, rainbow, color, colour, colored, coloured, colorful, colourful, multicolored, multicoloured, colorless,
colourless, monochrome, monochromatic, grayscale, greyscale, duotone, tone, sepia, pastel, neon, vivid, vibrant,
muted, saturated, desaturated, hue, palette, tint, technicolor, iridescent, holographic, pale, faded, noir,
high contrast, psychedelic, vaporwave, synthwave, cyberpunk, bright, dark"""

MOOD = """mood, moody, atmosphere, atmospheric, ambience, ambiance, vibe, feel, feeling, dreamy, dreamlike, ethereal,
surreal, whimsical, magical, mystical, mysterious, eerie, spooky, creepy, scary, haunted, horror, terrifying, ominous,
sinister, gloomy, dark, grim, gritty, dystopian, apocalyptic, melancholy, melancholic, sad, lonely, nostalgic,
romantic, cozy, cosy, warm, peaceful, serene, calm, tranquil, quiet, relaxing, happy, joyful, cheerful, playful, fun,
funny, cute, kawaii, epic, dramatic, heroic, majestic, intense, tense, energetic, chaotic, festive, luxurious,
elegant, cinematic, noir, cyberpunk, steampunk, angry, silly, humorous"""

EXPRESSION = """expression, expressive, emotion, emotional, smile, smiling, laugh, laughing, grin, grinning, cry,
crying, weeping, frown, frowning, scowl, scowling, angry, furious, fierce, scared, afraid, frightened, surprised,
shocked, screaming, yelling, shouting, roaring, serious, stern, thoughtful, pensive, bored, tired, sleepy, sleeping,
asleep, napping, dead, happy, sad, joyful, cheerful, lonely, melancholy, melancholic, grumpy, smug, calm, mask,
masked, helmet, faceless, skull, skeleton, from behind, back view, silhouette, smirking, winking, proud, confused,
crowd, face"""

MOTION = """sleep, sleeping, asleep, napping, resting, sitting, sits, seated, lying, standing, stands, still,
motionless, frozen, calm, peaceful, serene, quiet, tranquil, relaxing, relaxed, meditating, posing, reading, waiting,
portrait, headshot, speed line, action line, motion, thinking, parked, abandoned, old, sad, lonely, drinking, eating,
looking"""

DETAIL = """detail, detailed, intricate, ornate, elaborate, simple, simplified, minimal, minimalist, minimalistic,
flat, blur, blurred, blurry, silhouette, abstract, rough, smooth, 8k, 4k, hd, hdr, high resolution, sharp, crisp,
soft focus, low poly, crowded, busy, cluttered, complex, maximalist, clean"""

TEXTURE = DETAIL + ", texture, textured, glossy, matte, fluffy, furry, plush, skin, wrinkles, wrinkled, weathered"

TECHNIQUE = """outline, outlined, line art, lineart, line drawing, linework, line work, line, halftone, cel shading,
cel shaded, shading, shaded, brush, brushstroke, brushwork, hatching, cross hatching, stippling, texture, textured,
gradient, geometric, inked, geometry, shape"""

BORDER = "border, edge, frame, framed, die cut, cutout, cut out, sticker sheet, outline, outlined"

BACKGROUND = """background, backdrop, isolated, transparent, setting, scenery, landscape, surrounded, surroundings,
environment, outdoors, indoors, outdoor, indoor, underwater, in, on, at, inside, under, beneath, near, behind, over,
above, across, through, against, among, amid, between, beside, along, around, atop, outside, into, onto, below,
next to, aboard"""

DEPTH = "depth of field, bokeh, blur, blurred, blurry, focus, sharp, wide angle, panorama, panoramic"
