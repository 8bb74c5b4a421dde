"""A text as a row of words, with the marks that part clauses and with answers parted from what they answer."""

from __future__ import annotations

import html
import re
import unicodedata

# "h/o", a number, "+ve", "(l)", a word, a punctuation mark, an arrow up or down, a spaced dash.
_TOKEN = re.compile(
    r"(?<![a-z0-9])[a-z]/[a-z]{1,3}(?![a-z0-9])|[+-]ve\b|\([a-z+-]\)|\d+(?:[.,]\d+)+|[a-z0-9]+"
    r"|\.(?=\s|$)|[,;:?¿()\[\]/&+\n\u2191\u2193]| -+ "
)
_PLAIN = {
    ord(c): plain for c, plain in zip("–—\xa0æœøß", ("-", " - ", " ", "ae", "oe", "o", "ss"), strict=True)
} | dict.fromkeys(map(ord, "’‘‛′ʼ´"), "'")
# Characters that nobody sees: soft hyphens, joiners, breaks of no width and marks of direction, even inside a word.
_UNSEEN = dict.fromkeys(map(ord, "\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"), None)
# UTF-8 that was taken for Windows-1252 once: "canâ€™t", "Guillain-BarrÃ©". The second byte of each tells that it was.
_TRAIL = "\x80-\xbfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™"
_SPOILED = re.compile(f"[Â-ß][{_TRAIL}]|[à-ï][{_TRAIL}]{{2}}|Â(?=\\s|$)")
# A line that breaks off in a sentence: before a joining word, after a comma or a word that ends none, or when as long
# as wrapped lines are.
# "No fever\nnumb foot" are two lines of a list.
_UNENDING = "|".join(
    rf"(?<=\b{word})"
    for word in "to of the an and or nor with without from by any her his their my has have had cannot around".split()
)
_WRAPPED = re.compile(
    r"(?:(?<=,)|(?<=[a-z])(?=[ \t]*\r?\n[ \t]*(?:and|or|nor|of|in|on|to|for|with|without|the|his|her|their)\b)"
    rf"|{_UNENDING}"
    r"|(?<=[^\n]{60}[a-z]))[ \t]*\r?\n[ \t]*(?=[a-z])"
)
# Marks of a narrative in HTML: its blocks are lines. A stroke, a bullet or an arrow parts what stands on both sides;
# a stroke before an answer is a column of a table.
_BLOCK = re.compile(
    r"</?(?:address|blockquote|br|dd|div|dl|dt|h\d|hr|li|ol|p|pre|table|tbody|td|th|thead|tr|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_CELL = re.compile(r"</t[dh]>\s*<t[dh]\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][a-z0-9]*(?: [^<>]*)?/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[a-zA-Z]{2,8}\d{0,2});")
_COLUMN = re.compile(r" *\| *(?=(?:y|n|yes|no|none|nil|present|absent|positive|negative) *(?:$|[|\n]))")
_PARTING = re.compile(r" *(?:\||[=-]+>|[\u2022\u2023\u2043\u25aa\u25cf\u25e6\u00b7\u2192\u21d2\u27a2]) *")
_BLANKS = re.compile(r"[ \t\xa0]+")
_LEADING = re.compile(r"(^|[\s(,/:])\?+[ \t]*(?=\w)")
_BEHIND = re.compile(r"(?<=\w)(?<!\bprev)(?<!\bprevious)(?<!\bprior) +\?+[ \t]*(?=\w)")
# "can?t", where an apostrophe was lost on the way
_LOST = re.compile(r"(?<=n)[?\ufffd](?=t\b)")
_GLUED = re.compile(r"\(([a-z]{2,})\)(?=[a-z])")
# A lone letter that stands for a side: "Foot drop, R", "BKA L"; not "2 L" or "mg/L". Both patterns begin with a set of
# characters, because a text is searched for them far more often than they stand in it.
_LONE = re.compile(r"[ ,]([lr])(?= *(?:$|[.;,\n]))")
_COMPARED = re.compile(r"\b[lr] ?(?:=|>{1,2}|<{1,2}) ?[lr]\b")
# Boxes of a form: an empty one denies what stands behind it; "[x] No" and "[ ] Yes" are one answer.
_BOX = re.compile(r"(?:\[([ x_]?)\]|([\u2610\u25a1])|([\u2611\u2612\u2713\u2714]))[ \t]*(yes\b|no\b)?")
_OPENING_BOX = re.compile(r"(?:^|[:\n])\s*(?:\[[ x_]?\]|[\u2610\u25a1\u2611\u2612\u2713\u2714])")
_BOXES = ("[ ]", "[]", "[_]", "[x]", "\u2610", "\u25a1", "\u2611", "\u2612", "\u2713", "\u2714")
# "Weakness: N", "numb feet - yes, bladder - no", "weakness no, retention yes": an answer behind what it answers.
# "Weakness: yes / no" is a form that nobody filled in.
_OPEN_CHOICE = r"(?! *[/|] *(?:yes|no|y|n)\b)"
_YES_OR_NO = re.compile(
    r"[:=-] *(y|n|yes|no|none|nil|denies|denied|reported|reports)(?: reported| noted)?"
    rf"(?= *(?:$|[,;.\n|]| / )){_OPEN_CHOICE}|\((y|n|yes|no)\)"
    rf"|(?<=[a-z]) (yes|no|none|nil)(?= *[,;\n|]| / ){_OPEN_CHOICE}|(?<=[a-z]) (-|\++)(?= *(?:$|[,;.\n]))"
)
# a list of marks: "fever -, incontinence +"; a lone dash at the end of a text marks nothing
_MARKED = re.compile(r"[a-z] [+-]{1,2} *[,;\n]")
# "no weakness / new incontinence": a stroke that parts what was asked
_STROKE = re.compile(r"(?<=[a-z])(?<!\byes) / (?=(?:no|not|new|newly|denies|without|positive|negative)\b)")
# One word for what somebody cannot do. "Unable to examine" and "could not be done" tell of a test.
_UNABLE = re.compile(
    r"\b(?:(?:un|not |isnt |wasnt |arent |werent |never |(?:havent|hasnt|hadnt|not) been )able to"
    r"|couldnt|cant|cnt|cannae|canna|(?:can|could) not(?! be\b))\b"
    r"(?! (?:to )?(?:assess|test|examine|evaluate|exclude|tolerate|complete|perform|rule)\b)"
)
_UNABLE_HINTS = ("able to", "cant", "cnt", "canna", "couldnt", "can not", "could not")
_LONGEST_MARK = 2  # "+++" is a grade of reflexes
# Shorthand of notes: "# tibia" is a fracture, and "# Foot pain" an entry of a list; "\u2205 fever" is none; "3/7 ago"
# and "for 2/52" are days and weeks, and "on 3/7" is a date, as "3/12" may be one.
_HASH = re.compile(r"#(?!\d)")
_EMPTY_SET = re.compile(r"(?:\u2205|(?<![^\s(,;])\xf8(?= ))[ \t]*(?=\w)")
_PERIOD = re.compile(
    r"(?<![\d/.])(?<!on )(?<!since )(?<!from )(?<!until )(?<!dated )(?!24/7)(\d{1,2})/(7|52)(?![\d/.])"
    r"|(?:(?<=for )|(?<=over )|(?<=x))(\d{1,2})/(12)(?![\d/.])|(?<![\d/.])(\d{1,2})/(12)(?= (?:ago|hx|history)\b)"
)
_GLUED_PERIOD = re.compile(r"(?<![a-z\d/.,])(\d{1,3})(h|d|w|y)\b")
# "since 0700", "onset 4am": of the day it is written. "Since 2019" is a year.
_CLOCK = re.compile(
    r"\b(?:since|onset|started|began)(?: at)? (?:0\d[0-5]\d|[012]?\d:[0-5]\d|[01]?\d ?[ap]m)(?:hrs?|h)?\b"
)
# "didn't feel it now it's infected": what somebody writes without a stop ends a denial, as behind an "and". What a
# relative has goes on.
_RUN_ON = re.compile(r"(?<=[a-z])(?<! and)(?<!\bright) (?=now (?:its|it is|im|i am|ive|i have|my)\b)")
# "Q: numb feet? A: yes": the letters before a question and its answer say nothing, and each question is of its own
_ASKED = re.compile(r"(?<![a-z\d])q(?:uestion)?\d{0,2} ?: +|(?<=[.;\n?,]) ?a(?:nswer|ns)?\d{0,2} ?: +")
_PARTS_OF = {"7": "days", "52": "weeks", "12": "months", "h": "hours", "d": "days", "w": "weeks", "y": "years"}
_POSITIVE = frozenset({"y", "yes", "reported", "reports"})
_LETTERS = {"l": "left", "r": "right"}


def tokenize(text: str) -> list[str]:
    """Lower-case words without accents, with the punctuation that parts clauses; a leading "?" becomes "¿"."""
    text = _unmarked(spelled_out(_flowing(text).lower()))
    if any(hint in text for hint in _UNABLE_HINTS):
        text = _UNABLE.sub("cannot", text)
    if "[" in text or not text.isascii():
        text = _ticked(text)
    if "now " in text:
        text = _RUN_ON.sub(" and ", text)
    if "?" in text and ": " in text:
        text = _ASKED.sub(_parted, text)
    text = _LONE.sub(_side, _YES_OR_NO.sub(_spelled, _STROKE.sub("; ", text)))
    if ">" in text or "<" in text or "=" in text:
        text = _COMPARED.sub("bilateral", text)
    if "?" in text:
        text = _LEADING.sub("\\1\u00bf ", _BEHIND.sub(", \u00bf ", text))
    return _TOKEN.findall(text)


def _parted(match: re.Match[str]) -> str:
    """A stop before the next question, a blank before an answer."""
    return "; " if match[0].startswith("q") else " "


def _flowing(text: str) -> str:
    """A text without tags, unseen characters, rows of blanks, and line breaks inside a sentence."""
    if "<" in text or "&" in text:
        text = _untagged(text)
    if not text.isascii():
        text = text.translate(_UNSEEN)
    if "  " in text or "\t" in text or "\xa0" in text:
        text = _BLANKS.sub(" ", text)
    if "\n" in text:
        text = _WRAPPED.sub(" ", text.lower() if text.isupper() else text)
    return text


def restored(text: str) -> str:
    """A text whose letters beyond ASCII were garbled on the way, as it was; other text stays as it is."""
    return text if text.isascii() else _SPOILED.sub(_decoded, text)


def _decoded(match: re.Match[str]) -> str:
    try:
        return b"".join(c.encode("latin-1" if c < "\xa0" else "cp1252") for c in match[0]).decode()
    except UnicodeError:
        return "" if match[0] == "Â" else match[0]


def spelled_out(text: str) -> str:
    """Lower-case text with the shorthand of notes as words: "# ankle", "\u2205 fever", "3/7 ago", "24h"."""
    text = text.replace("y'day", "yesterday").replace(" yday", " yesterday")
    if "#" in text:
        text = _HASH.sub(" hash ", text)
    if "/" in text:
        text = _PERIOD.sub(_period, text)
    text = _GLUED_PERIOD.sub(_period, text)
    text = _CLOCK.sub("since this morning", text)
    return text if text.isascii() else _EMPTY_SET.sub("no ", text)


def _period(match: re.Match[str]) -> str:
    number, part = (group for group in match.groups() if group)
    return f" {number} {_PARTS_OF[part]}"


def _unmarked(text: str) -> str:
    """Plain letters, and plain marks for strokes, bullets, arrows and quotes."""
    if "?" in text or "\ufffd" in text:
        text = _LOST.sub("", text)
    if "|" in text or ">" in text or not text.isascii():
        text = _PARTING.sub("; ", _COLUMN.sub(": ", text))
    if not text.isascii():
        text = _plain(text)
    if "'" in text or "`" in text:
        text = text.replace("'", "").replace("`", "")
    return _GLUED.sub(r"\1", text) if ")" in text else text


def _untagged(text: str) -> str:
    """A narrative in HTML as lines; other text stays as it is."""
    if "<" in text:
        text = _TAG.sub(" ", _BLOCK.sub("\n", _CELL.sub(" | ", text)))
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def _ticked(text: str) -> str:
    """The boxes of a form as words; they stand before what they mean, or behind it when none opens a text or line."""
    if not any(box in text for box in _BOXES):
        return text
    is_before = _OPENING_BOX.search(text) is not None

    def said(match: re.Match[str]) -> str:
        is_ticked, answer = match[1] == "x" or match[3] is not None, match[4]
        if answer:
            # "[x] No feeling when wiping" is no answer
            is_said = is_before and match.string[match.end() :].lstrip(" ")[:1].isalpha()
            return f"{';' if is_said else ''} {answer} " if is_ticked else " "
        if is_before:
            return "; " if is_ticked else "; no "
        return " yes; " if is_ticked else " no; "

    return _BOX.sub(said, text)


def _spelled(match: re.Match[str]) -> str:
    """An answer parted from what follows, where it stands behind a word."""
    before = match.string[max(0, match.start() - 2) : match.start()]
    is_hyphen = match[0][0] == "-" and not before.endswith(" ")
    if match[4] and (len(match[4]) > _LONGEST_MARK or not _MARKED.search(match.string)):
        return match[0]
    said = match[1] or match[2]
    is_number = (
        before.rstrip()[-1:].isdigit() and said is not None and (match[2] or match[0][0] != "-" or len(said) > 1)
    )
    if is_hyphen or not (before.rstrip()[-1:].isalpha() or is_number):
        return match[0]
    answer = match[1] or match[2] or match[3] or match[4]
    return ": yes; " if answer in _POSITIVE or answer[0] == "+" else ": no; "


def _side(match: re.Match[str]) -> str:
    """The side that a lone letter after a word names."""
    before = match.string[max(0, match.start() - 3) : match.start()].rstrip(" ,-")
    return f"{match[0][0]}{_LETTERS[match[1]]}" if before[-1:].isalpha() or before[-1:] == ")" else match[0]


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(c for c in text if not unicodedata.combining(c))
