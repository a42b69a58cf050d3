"""The stories: one for each command, in the order in which they build on each other."""

from bot.preview import accounts, challenges, levels
from bot.preview.people import Person
from bot.preview.stage import Stage

UNKIND = "<script>alert(1)</script> @everyone **x**"
BUG, STREAM, BLOCKS = "Something breaks", "Made up: a stream", "Made up: what no command says yet"


async def play(stage: Stage) -> None:
    """Every story; a command without one is invoked with nothing, so that it is on the page from its first day."""
    creator, mara, bob = (Person(stage, name) for name in ("creator", "mara", "bob"))
    ann = Person(stage, "Ann", "telegram", "1001")
    await _first_minute(stage, mara, ann)
    await _gifts(stage, mara, bob)
    await _questions(stage, mara)
    await _settings(stage, mara)
    await _profile(stage, mara)
    await accounts.play(stage, mara)
    await _asks(stage, mara)
    await _gate(stage, mara)
    await _staff(stage, creator, bob)
    await _odd(stage, bob)
    await levels.play(stage, bob)
    await _links(stage, creator, ann)
    await _later(stage, creator, mara, bob)
    await _analysis(stage, mara)
    await challenges.play(stage, creator)
    for command in stage.commands():
        if not stage.told(command.name):
            stage.tell(command.name)
            await mara.invokes(command.name, "No story is told about this command yet.")


async def _first_minute(stage: Stage, mara: Person, ann: Person) -> None:
    stage.tell("start")
    await ann.invokes("start", "Somebody new.")
    stage.tell("daily")
    await ann.presses("Take today's coins", "The first coins of somebody whose time zone is not known.")
    await mara.invokes("daily")
    await mara.invokes("daily", "Again on the same day.")
    stage.tell("wallet")
    await mara.invokes("wallet")
    stage.tell("help")
    await ann.invokes("help")
    await ann.invokes("help", about="coins")
    await ann.invokes("help", about="weather")


async def _gifts(stage: Stage, mara: Person, bob: Person) -> None:
    stage.tell("gift")
    await mara.invokes("gift", "Nothing given: a form.")
    await mara.fills("An amount that is none.", to=bob, amount="ten-ish", note="For the cover")
    await mara.fills("Put right; a large gift is asked about.", amount="300")
    await mara.agrees()
    await bob.hears("What the receiver gets.")
    await mara.invokes("gift", "A small gift to somebody who is not here yet is not asked about.",
                       to=Person(stage, "Kim", "telegram", "1002"), amount="50")  # fmt: skip
    await mara.invokes("gift", "More than fits in one gift.", to=bob, amount="900")
    await mara.invokes("gift", to=bob, amount="200")
    await mara.agrees("No.", agreed=False)
    await mara.invokes("gift", "Refused: to oneself.", to=mara, amount="20")
    await bob.invokes("gift", "Refused: the free plan gives nothing. The day's first coins came with it.",
                      to=mara, amount="20")  # fmt: skip


async def _questions(stage: Stage, mara: Person) -> None:
    stage.tell("questions list")
    await mara.invokes("questions")
    stage.tell("questions strengths")
    await mara.presses("Strengths: +25", "The form says what it pays before the first question.")
    await mara.fills("An answer that says too little, and one that says nothing.",
                     easy="ok", proud="A series on dumplings, shot in one night", energy="asdf asdf asdf")  # fmt: skip
    await mara.fills(easy="Making shy people talk on camera")
    await mara.fills(energy="The first cut, when a story appears")
    stage.tell("questions audience")
    await mara.invokes("questions audience", "It does not fit into the day any more, and says so.",
                       one_person="A nurse who watches after the night shift", come_for="Food that can be made tired",
                       their_words="Where do I get that sauce?", unmet="Recipes for one person")  # fmt: skip
    stage.tell("questions limits")
    await mara.invokes("questions limits")
    await mara.fills(hours="6", energy="3", confidence="4", fixed="Sundays are for the family")
    stage.tell("checkin")
    await mara.invokes("checkin")
    await mara.fills(well="I posted the clip that I had been hiding", energy="4", stuck="The title of the next one")
    await mara.invokes("checkin", "Again on the same day.")
    for name in ("goals", "struggles", "bottlenecks", "fears"):
        stage.tell(f"questions {name}")
        await mara.invokes(f"questions {name}")
    stage.tell("questions list")
    await mara.invokes("questions", "Later on the same day.")
    stage.tell("answers show")
    await mara.invokes("answers")
    await mara.presses("Limits")
    await mara.presses("Delete 1")
    stage.tell("answers delete")
    await mara.agrees()
    stage.tell("answers correct")
    await mara.invokes("answers correct", "The options are the answers.")
    stage.tell("wallet")
    await mara.invokes("wallet", "With coins on their way.")


async def _settings(stage: Stage, mara: Person) -> None:
    stage.tell("settings show")
    await mara.invokes("settings")
    stage.tell("settings zone")
    await mara.invokes("settings zone", "The options are the well-known ones; more are found by typing.")
    await mara.fills("A place that nobody knows.", zone="Atlantis")
    await mara.fills(zone="Berlin")
    stage.tell("settings quiet")
    await mara.invokes("settings quiet")
    await mara.fills(start="late", end="7:30")
    await mara.fills(start="22:00")
    stage.tell("settings language")
    await mara.invokes("settings language")
    await mara.fills(language="de")
    stage.tell("settings gifts")
    await mara.invokes("settings gifts")
    await mara.fills(on="No")
    stage.tell("settings notice")
    await mara.invokes("settings notice")
    await mara.fills(notice="gift", on="No")
    await mara.invokes("settings notice", "A notice that there is not.", notice="weather", on="Yes")
    await mara.fills("The streak reminder is off until it is turned on.", notice="streak")


async def _profile(stage: Stage, mara: Person) -> None:
    stage.tell("profile show")
    await mara.invokes("profile", "Before anything is known.")
    stage.tell("profile basics")
    await mara.presses("Fill the basics", "From the button of the empty profile.")
    await mara.fills(platform="tiktok", followers="many", niche="Street food", engagement="3.4")
    await mara.fills(followers="12000")
    stage.tell("profile audience")
    await mara.invokes("profile audience", "Nothing given, and nothing is required.")
    await mara.invokes("profile audience", audience="18 to 30, mostly Berlin", personality="Dry, never loud")
    stage.tell("profile show")
    await mara.presses("See my profile")


async def _asks(stage: Stage, mara: Person) -> None:
    stage.tell("notebook show")
    await mara.invokes("notebook", "Before anything stands in it.")
    stage.tell("notebook add")
    await mara.presses("Add a note")
    await mara.fills(text="Sundays are for the family: no posts, no lives.")
    await mara.invokes("notebook add", text="Two clips a week is what I can keep.")
    stage.tell("notebook show")
    await mara.invokes("notebook")
    stage.tell("notebook change")
    await mara.presses("Change 1")
    await mara.fills(text="Three clips a week is what I can keep.")
    stage.tell("notebook delete")
    await mara.invokes("notebook")
    await mara.presses("Delete 2")
    await mara.agrees()
    stage.tell("ask")
    await mara.invokes("ask", "The form.")
    await mara.fills("The price, and what it will be answered from.",
                     question="Why do my hooks work on Reels but not on TikTok?")  # fmt: skip
    await mara.agrees("The answer, what it rests on, the balance. Without a key it is scripted.")
    await mara.invokes("ask", "The same again, on the same day.",
                       question="Why do my hooks work on Reels but not on TikTok?")  # fmt: skip
    await mara.presses("Use 80 credits", "By the button.")
    await mara.agrees()
    await mara.invokes("ask", "What stands ready costs nothing.", question="How often should I post?")
    ann = Person(stage, "Ann", "telegram", "1001")
    stage.tell("analyse")
    await mara.invokes("analyse", "Too few days of figures.")
    stage.tell("ask")
    await ann.invokes("ask", "Too few coins.", question="Which of my two channels should I close?")


async def _gate(stage: Stage, mara: Person) -> None:
    stage.tell("offers")
    await mara.invokes("offers", "With two partners, made up for this page.")
    await mara.presses("A lamp shop", "A rewarded visit.")
    await mara.invokes("offers", "A partner that there is not.", partner="nobody")
    stage.tell("appeal")
    await mara.invokes("appeal", "Nobody is held up.")


async def _staff(stage: Stage, creator: Person, bob: Person) -> None:
    stage.tell("admin role give")
    await bob.invokes("admin role give", "Somebody without a role.")
    await creator.invokes("admin role give", "An owner.")
    await creator.fills(member=bob, role="support")
    await creator.invokes("admin role give", "Again.", member=bob, role="support")
    stage.tell("admin role list")
    await creator.invokes("admin role")
    stage.tell("admin member")
    await creator.invokes("admin member", member=bob)
    stage.tell("admin role take")
    await creator.invokes("admin role take", member=bob, role="support")
    stage.tell("admin queue")
    await creator.invokes("admin queue", "Nobody has appealed.")
    stage.tell("admin case")
    await creator.invokes("admin case")
    await creator.fills("A number that no case has.", case="12")
    stage.tell("admin decide")
    await creator.invokes("admin decide", "Pressed below a case; a reason is asked for.", case="12", option="Return")
    await creator.fills("A number that no case has.", why="The platform was away.")
    stage.tell("admin ease")
    await creator.invokes("admin ease", "Nobody is held up.", member=bob)
    stage.tell("admin costs")
    await creator.invokes("admin costs", "Nothing has cost anything yet; the table comes along.")
    stage.tell("admin profit")
    await creator.invokes("admin profit", "Each figure beside its goal; what can not be measured says so.")
    stage.tell("admin audit")
    await creator.invokes("admin audit")


async def _odd(stage: Stage, bob: Person) -> None:
    stage.tell("An unknown command")
    await bob.invokes("dayly")
    stage.tell("A plain sentence")
    await bob.says("hello?", "Nobody is in a talk, so it is a start.")
    stage.tell("A name that wants to be more than a name")
    unkind = Person(stage, UNKIND, "telegram", "1003")
    await unkind.invokes("start", "It is shown letter by letter.")
    await Person(stage, "mara").invokes("gift", "And where others read it.", to=unkind, amount="150")
    stage.tell(BUG)
    await bob.invokes("bug", "A command of the preview's own breaks; the words are the product's.", own=True)
    stage.tell(STREAM)
    await bob.invokes("stream", "From a room of the preview's own.", own=True)
    await bob.invokes("silence", "One that breaks in the middle.", own=True)
    stage.tell(BLOCKS)
    await bob.invokes("blocks", "Every block, from a room of the preview's own.", own=True)
    await bob.invokes("visit", own=True)
    await bob.invokes("wait", own=True)


async def _links(stage: Stage, creator: Person, ann: Person) -> None:
    stage.tell("link start")
    await creator.invokes("link")
    code = creator.code
    stage.tell("link cancel")
    await creator.presses("Forget this code")
    stage.tell("link start")
    await ann.invokes("link", "That code was forgotten.", code=code)
    await creator.invokes("link", "A new one.")
    await ann.invokes("link", "Given back on the other platform: both accounts, side by side.", code=creator.code)
    await ann.agrees()
    await creator.hears("What the first side gets.")
    stage.tell("link status")
    await creator.invokes("link status", "While it waits.")
    stage.tell("link agree")
    await creator.presses("Look and agree")
    await creator.agrees()
    await creator.hears("The same to whoever agreed.")
    await ann.hears("And to the other side.")
    stage.tell("link status")
    await creator.invokes("link status", "Agreed, and not yet done.")


async def _later(stage: Stage, creator: Person, mara: Person, bob: Person) -> None:
    await stage.due(hours=25)
    stage.tell("link agree")
    await creator.hears("A day later.")
    stage.tell("link status")
    await creator.invokes("link status", "Afterwards.")
    stage.tell("link remove")
    await bob.invokes("link remove", "Somebody with one account.")
    await creator.invokes("link remove")
    await creator.agrees()
    await stage.due(hours=23)
    stage.tell("daily")
    await mara.invokes("daily", "Two days later: the grace day was needed.")
    stage.tell("wallet")
    await mara.invokes("wallet", "After some days: coins in and out.")
    stage.tell("privacy show")
    await mara.invokes("privacy")
    stage.tell("privacy export")
    await mara.invokes("privacy export")
    stage.tell("privacy erase")
    await mara.invokes("privacy erase")
    await mara.agrees()
    await bob.invokes("privacy erase", "At once, without the word.", now="Yes")
    stage.tell("privacy stay")
    await mara.invokes("privacy stay")
    stage.tell("privacy erase")
    await bob.fills(word="erase")
    await bob.agrees()


async def _analysis(stage: Stage, mara: Person) -> None:
    for _ in range(15):
        await stage.due(hours=24)
    stage.tell("analyse")
    await mara.invokes("analyse", "Two weeks later: what there is to go by, and the price.")
    await mara.presses("Use 160 credits")
    await stage.due()
    await mara.agrees("What was counted, below the words; without a key they are scripted.")
