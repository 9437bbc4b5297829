# ruff: noqa: E501  (tables: one subject per line)
"""Words around an option: politeness, carrier phrases, yes and no, negators, hedges."""

from __future__ import annotations

from .wordlist import wordset

FILLERS = wordset(
    """please pls plz plss plis pleas kindly abeg abegi biko ejo jowo jare sha sef abi o oo ooo
    oh ah eh sir ma madam boss oga chief bros brother sister dear my-dear thanks thank
    thankyou tnx thx ty na nau naw now just only really actually well so hmm hm um uh er like
    okay-so then right dan allah stp svp merci na-so oya ehen walahi wallahi guys team bot
    chatbot"""
)
"""Dropped wherever they stand before whole texts are compared."""

CARRIERS = wordset(
    """i me my mine own we us our you your it its this that these those the a an one ones of for to
    in on at with from by and into as be is am are was will would could should can may shall
    want wanted wanna need  love prefer preferred like wish think thought believe
    guess say said mean meant go going goes use using take taking pick picking choose choosing
    select selecting selected chose try trying do doing let lets lemme look looking see view
    check give show get give bring analyse analyze analysing analyzing analysis study examine
    explore review work working focus focusing consider considering include including
    calculate compute run start begin proceed continue change switch make making set put help
    but burden have having interested data dataset file result results figures figure numbers
    level levels type types tier tiers kind group groups age ages aged category categories
    facility facilities centre centres center centers clinic clinics health care state states
    option options choice answer number item selection year years yr yrs old month months tpr
    test positivity rate malaria population people person persons patients patient cases first
    here there too also still again today please instead rather sorry wait hold ready better
    best good fine okay ok yes yeah sure alright yep only alone one's side again wan make dey
    im em dem una wey sabi carry e d de dis dat den am comot go-ahead fit je veux voudrais
    pour les des le la du de et avec moi mon ma vous nous prendre choisir etat groupe
    structures ina so son yi amfani don zan za join joined mu yi a jihar jiha kawai don mo fe ni ipinle achoro m steeti"""
)
"""Words that may stand around an option without changing what is chosen."""

CHOICE_VERBS = wordset(
    """use take pick choose select go want need prefer try analyse analyze switch change make
    meant include focus consider wan veux"""
)

PURPOSE = ("because", "since", "so that", "as it", "as they", "for better", "for more", "for good",
           "for broader", "for wider", "for my", "for our", "for the report", "for a", "in order to",
           "to get", "to see", "to understand", "to have", "to compare", "due to", "cos", "cuz",
           "bcos", "given that", "that way", "which is", "which are", "who are", "they are",
           "it is", "those are")  # fmt: skip
"""What follows explains the choice and is not read for options."""

HEDGES = wordset(
    """maybe perhaps probably possibly might wonder wondering unsure if unless suppose assuming
    undecided dunno whether confused confusing depends thinking hesitating doubt"""
)

HEDGE_PHRASES = (
    "i could",
    "we could",
    "you mean",
    "thinking about",
    "thinking of",
    "not sure",
    "do not know",
    "no idea",
    "not certain",
    "used to",
)
"""Word pairs that leave it open."""

NEGATORS = (
    "not", "no", "never", "without", "except", "excepting", "excluding", "exclude", "but not",
    "anything but", "all but", "any but", "everything but", "everyone but", "everybody but",
    "other than", "apart from", "aside from", "rather than", "instead of", "in place of", "avoid",
    "skip the", "drop", "remove", "ignore", "leave out", "minus", "neither", "nor", "none of", "dislike",
    "hate", "stop using", "nothing but", "no be", "no use", "no want", "comot", "sans", "sauf", "pas",
    "banda", "non", "any state but", "any level but", "any age but", "any group but", "any facility but",
    "every state but", "any one but", "anyone but", "anybody but",
)  # fmt: skip
NEGATED_AFTER = ("excluded", "not included", "is not", "are not", "is wrong", "was wrong", "is out",
                 "removed", "no good", "should not", "do not")  # fmt: skip
NOT_NEGATORS = ("no problem", "no wahala", "no worries", "why not", "not only", "no doubt", "no need to wait",
                "no time", "no shaking")  # fmt: skip
SPAN_ENDS = frozenset(
    [
        ",",
        ";",
        ".",
        "!",
        "?",
        "\n",
        "but",
        "instead",
        "use",
        "just",
        "choose",
        "select",
        "take",
        "pick",
        "switch",
        "want",
        "prefer",
        "go",
        "make",
        "rather",
    ]
)
MARKERS = ("sorry", "i meant", "i mean", "meant", "no wait", "wait", "actually", "instead", "i said",
           "correction", "scratch that", "my mistake", "my bad", "oops", "change it to", "change to",
           "change that to", "rather", "no i", "no use", "no it is", "on second thought", "i changed my mind",
           "change my mind")  # fmt: skip

YES = wordset(
    """yes y ye yea yeah yeh yep yup yess ya yah ok okay oki okey k kk sure proceed continue
    ahead start begin ready confirm confirmed alright agree agreed correct affirmative
    absolutely definitely certainly right oya oui beeni eh-en i-ee"""
)
YES_PHRASES = ("go ahead", "lets go", "lets start", "lets begin", "lets proceed", "lets do it", "go on",
               "carry on", "move on", "make we go", "make we start", "make we begin", "make we continue",
               "all right", "of course", "why not", "no problem", "no wahala", "sounds good", "looks good",
               "look good", "that is right", "that is correct", "it is correct", "is correct", "d accord",
               "accord", "fine", "good", "do it", "very well", "by all means", "i am ready", "we are ready",
               "i agree", "i confirm", "looks fine", "all good", "na so", "to je", "na gode", "na'am", "haka ne", "ooto ni", "o ya")  # fmt: skip
WEAK_YES = frozenset({"no problem", "no wahala", "fine", "good", "why not", "all good", "na gode",
                      "very well"})  # fmt: skip
NO = wordset("no n nope nah naa later wait non rara mba aa never nay")
NO_PHRASES = ("not now", "not yet", "not ready", "am not ready", "stop here", "no thanks", "no thank you",
              "hold on", "wait", "do not start", "do not proceed", "do not continue", "do not begin",
              "do not go ahead", "do not go on", "not so fast", "i will start later", "will start later",
              "start later", "maybe later", "not today", "not correct", "not right", "that is wrong",
              "it is wrong", "incorrect", "not that one", "do not run", "do not do it",
              "do not calculate", "do not want to continue", "do not want to proceed", "do not want to start", "will not start", "will not continue", "not continue", "not proceed", "not this one", "never mind", "do not confirm", "not sure yet",
              "i disagree", "disagree", "do not agree", "i do not agree", "no be so",
              "i no ready", "no ready", "we are not ready", "a'a", "ba haka ba", "o ti o", "mba nu")  # fmt: skip
ANSWER_TAIL = wordset(
    """with the a an this that it i we you am are is to and of for on in let lets me us my our
    please now then so calculation calculations analysis analyses tpr computing computation
    calculate workflow process step next one go do will want would like can may make just all
    everything is looks look test positivity rate data state again later today tomorrow not
    yet here thanks thank sir ma boss o na be fine good"""
)

GREETINGS = ("hello", "hi", "hey", "hello there", "hi there", "good morning", "good afternoon",
             "good evening", "good day", "greetings", "sannu", "ina kwana", "barka", "barka da safiya",
             "how far", "bonjour", "salut", "bonsoir", "e kaaro", "e kaasan", "ekaro", "nno", "kedu",
             "salam", "salaam", "assalamu alaikum", "salamu alaikum", "howdy", "morning",
             "hallo", "helo", "dear sir", "compliments of the day", "yo", "sup")  # fmt: skip
SMALLTALK = ("thanks", "thank you", "thank you very much", "thank you so much", "many thanks", "thanks a lot",
             "great", "nice", "cool", "wonderful", "awesome", "good job", "well done", "lol", "haha", "how are you",
             "how are you doing", "how is it going", "bye", "goodbye", "bye bye", "good night", "you are great", "you are smart",
             "i love you", "god bless you", "nagode", "na gode", "ese", "daalu", "merci", "well done o", "you try",
             "you do well", "interesting", "perfect", "excellent", "who are you", "who made you", "who built you", "who created you", "who developed you", "are you a robot",
             "are you human", "what is your name", "e se", "nice one", "okay thanks", "ok thanks", "ok thank you",
             "that is helpful", "very helpful", "helpful")  # fmt: skip
