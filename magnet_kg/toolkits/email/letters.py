"""What people and companies write about. Subjects are what could follow "the email about"."""

from __future__ import annotations

from dataclasses import dataclass

from magnet_kg.toolkits.files.records import FileType


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of private email. `subject`, `bodies` and `attachment` hold {thing}, one of `things`."""

    subject: str
    things: tuple[str, ...]
    bodies: tuple[str, ...]
    attachment: tuple[str, FileType] | None = None


def _things(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


TOPICS = (
    Topic(
        "photos from the {thing}",
        _things(
            "hike, street party, christening, lake weekend, school play, barn dance, garden tour, canoe trip, "
            "quiz night, retirement party, bonfire, wine tasting, sailing day, costume ball"
        ),
        (
            "You look so happy in this one! There are more on my camera, just ask.",
            "It took me a while to sort through everything from the {thing}. This one is my favorite.",
            "As promised, here is something to remember the {thing} by. Feel free to pass it on to whoever was there.",
        ),
        ("{thing} group photo", "image"),
    ),
    Topic(
        "plans for the {thing}",
        _things(
            "housewarming, summer picnic, ski weekend, choir trip, surprise party, bike tour, film evening, "
            "clean-up day, baby shower, farewell lunch, class reunion, board game night, garage sale"
        ),
        (
            "I've put together a rough plan for the {thing}. Have a look and tell me what's missing.",
            "Nothing is fixed yet, but this is what we have so far. Who could take care of the food?",
            "We are a few more people than I thought, so we might need a bigger place for the {thing}.",
        ),
        ("{thing} plan", "document"),
    ),
    Topic(
        "directions to the {thing}",
        _things(
            "cabin, allotment, boat house, new apartment, campsite, vineyard, rehearsal room, climbing gym, "
            "farm shop, beach hut, workshop, trailhead"
        ),
        (
            "The last bit is easy to miss: turn left after the old mill and follow the gravel road.",
            "Parking is behind the building. The entrance to the {thing} is on the other side, by the red door.",
            "Don't trust the navigation, it sends everybody the wrong way. I've drawn you a map instead.",
        ),
        ("map to the {thing}", "image"),
    ),
    Topic(
        "tickets for the {thing}",
        _things(
            "jazz night, ice show, museum tour, derby, open-air cinema, magic show, ballet, flower show, "
            "comedy club, science fair, opera gala, food festival"
        ),
        (
            "I managed to get two together. One of them is yours if you still want to come to the {thing}.",
            "They were nearly gone when I got through! We sit quite far back, but at least we sit.",
            "Keep this somewhere safe. They only let people in who can show the code.",
        ),
        ("{thing} ticket", "pdf"),
    ),
    Topic(
        "recipes for the {thing}",
        _things(
            "bake sale, potluck, brunch, street food stall, cookie swap, curry evening, canning day, cake stand, "
            "soup kitchen, barbecue"
        ),
        (
            "My grandmother's version is on the second page. Be generous with the butter.",
            "I tried three of these for the {thing} and wrote down what I would change.",
            "As promised! If anything is unclear, just ask.",
        ),
        ("{thing} recipe collection", "document"),
    ),
    Topic(
        "feedback on the {thing}",
        _things(
            "draft report, cover letter, club newsletter, website texts, grant proposal, wedding speech, "
            "poster design, business plan, course outline, song lyrics, app prototype"
        ),
        (
            "I've read it twice now and like it a lot. My remarks are in the margin.",
            "The beginning is strong. Towards the end the {thing} could be half as long, if you ask me.",
            "Overall very good! I only stumbled over the part about the costs.",
        ),
        ("marked-up copy of the {thing}", "document"),
    ),
    Topic(
        "questions about the {thing}",
        _things(
            "carpool, house-sitting, spare room, shared lawn mower, piano lessons, dog walking, key handover, "
            "guest parking, compost bins, babysitting, first aid course"
        ),
        (
            "Just a few things I'm not sure about. Could you write back when you have a minute?",
            "Who has done the {thing} so far, and what do I have to know before I start?",
            "Is it still free? And would it be all right if my sister joined in?",
        ),
    ),
    Topic(
        "thoughts on the {thing}",
        _things(
            "new rota, rent increase, training schedule, garden fence, gift idea, book choice, meeting room, "
            "paint colors, class trip, party menu, logo, holiday rental"
        ),
        (
            "I've slept on it and I'd go for the simpler one. What do you think?",
            "Not everybody is happy with the {thing}. Maybe we should talk it over before it is settled.",
            "It's a good start. I would only wait a little until we know who is in.",
        ),
    ),
    Topic(
        "help with the {thing}",
        _things(
            "move, broken printer, tax forms, curtain rails, flat-pack wardrobe, puppy, raised beds, "
            "school project, slide show, bike repair, old piano, leaking tap"
        ),
        (
            "I'm stuck with the {thing} and you are the only one I know who is good at this. Dinner is on me!",
            "It should not take longer than an hour if we are two. Any chance you are around soon?",
            "Thank you again for offering. I've got all the tools now, so whenever it suits you.",
        ),
    ),
)

# Company, address, subject of its bill, the file that comes with it, the lowest and the highest amount.
BILLS = (
    ("Northlight Energy", "northlight.example.com", "electricity charges", "electricity invoice", 45, 180),
    ("Brook Water", "brookwater.example.com", "water charges", "water invoice", 25, 90),
    ("Fernhill Dental", "fernhill.example.com", "dental treatment costs", "dental invoice", 60, 420),
    ("Oak and Iron Gym", "oakandiron.example.com", "gym membership fees", "gym invoice", 25, 80),
    ("Pinecrest Property", "pinecrest.example.com", "building service charges", "service charge invoice", 90, 310),
    ("Halo Mobile", "halomobile.example.com", "phone charges", "phone invoice", 18, 75),
    ("Rivet Auto", "rivetauto.example.com", "brake repair costs", "brake repair invoice", 140, 620),
    ("Cobalt Fiber", "cobaltfiber.example.com", "internet charges", "internet invoice", 30, 85),
    ("Maple Veterinary", "maplevet.example.com", "vaccination costs", "vet invoice", 45, 190),
    ("Little Owls Daycare", "littleowls.example.com", "daycare fees", "daycare invoice", 180, 700),
    ("Harmony Music School", "harmonymusic.example.com", "piano lesson fees", "music school invoice", 60, 240),
    ("Tidewater Insurance", "tidewater.example.com", "home insurance costs", "insurance invoice", 110, 380),
    ("Clearview Windows", "clearview.example.com", "window cleaning costs", "window cleaning invoice", 40, 130),
    ("Greenleaf Gardeners", "greenleaf.example.com", "hedge trimming costs", "gardening invoice", 55, 260),
)

# Who writes to many, the address, and what the last emails were about.
MAILING_LISTS = (
    ("Trail and Tent", "trailandtent.example.com", "savings on hiking boots", "new sleeping bags"),
    ("Paper Lantern Books", "paperlantern.example.com", "signed first editions", "the best novels of the season"),
    ("Copper Pan Kitchen", "copperpan.example.com", "one-pot dinners", "discounts on cast iron"),
    ("Velvet Roast Coffee", "velvetroast.example.com", "beans from small farms", "free shipping on espresso"),
    ("Meridian Travel Deals", "meridiandeals.example.com", "last-minute beach weeks", "city breaks by train"),
    ("Stride Running", "striderunning.example.com", "training for beginners", "offers on running shoes"),
    ("Loom and Thread", "loomandthread.example.com", "linen for the summer", "end-of-season sweaters"),
    ("Pocket Garden", "pocketgarden.example.com", "seeds for small balconies", "tips against aphids"),
    ("Nimbus Audio", "nimbusaudio.example.com", "refurbished headphones", "playlists for quiet evenings"),
    ("The Curious Week", "curiousweek.example.com", "puzzles for rainy days", "stories from the deep sea"),
    ("Harbor Theater", "harbortheater.example.com", "auditions for the musical", "seats for the spring program"),
    ("Bright Desk", "brightdesk.example.com", "standing desks on sale", "lamps for the home office"),
    ("Wooden Toy Workshop", "woodentoys.example.com", "marble runs", "toys without batteries"),
    ("Daily Stretch", "dailystretch.example.com", "exercises for stiff necks", "yoga before breakfast"),
)

AIRLINES = (
    ("United", "united.example.com"),
    ("Delta", "delta.example.com"),
    ("Alaska", "alaska.example.com"),
    ("Lufthansa", "lufthansa.example.com"),
    ("Air France", "airfrance.example.com"),
    ("KLM", "klm.example.com"),
    ("Iberia", "iberia.example.com"),
)
PARCELS = _things(
    "desk lamp, running shoes, water filter, bookshelf, rain jacket, coffee grinder, wool blanket, garden hose, "
    "bike helmet, picture frames, yoga mat, baking tin, travel pillow, floor fan, phone case"
)
LABELS = ("Receipts", "Travel", "To read", "Family", "Work", "House", "School", "Important", "Later")
REPLIES = (
    "Thanks, that's just what I needed.",
    "Got it! I'll have a proper look at the weekend.",
    "Great, thank you. Talk soon!",
    "That's good to know. I'll get back to you.",
)
DRAFTS = (
    ("the lovely evening", "Thank you so much for having us. We had a wonderful evening and"),
    ("the noise the other night", "I'm sorry about the noise the other night. It won't"),
    ("the old bike", "I'm finally selling my old bike and thought of you first."),
    ("the barbecue", "We're firing up the grill and would love to have you over."),
    ("references for the new job", "You asked whether I could say a few words about your work with us."),
    ("the next book", "How about something shorter this time? I was thinking of"),
    ("the deposit", "I hope all is well. This is only a friendly reminder that"),
    ("tips for the trip", "Since you are going there for the first time, here is what I would do:"),
    ("the heating", "The radiators have been cold again since the last repair."),
    ("the renovation", "The floors are done and the walls are nearly dry."),
)
