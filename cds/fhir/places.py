"""Which sites and sides of a sentence belong to which finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cds.domain.lexicon import Channel, Effect, Lexicon, SiteGroup
from cds.domain.record import Side
from cds.fhir.clauses import Item, Piece, Sentence

_SET_OFF = frozenset("-(")


@dataclass(frozen=True, slots=True)
class Place:
    """A named site with the side that goes with it, or a side alone (`site` empty)."""

    site: str
    side: Side | None = None
    is_plural: bool = False


@dataclass(slots=True)
class Spot:
    """The places of one piece, and where its first place and first finding stand."""

    piece: Piece
    places: list[Place] = field(default_factory=list)
    first: int = 0

    def takes(self, sited: frozenset[str]) -> bool:
        """Whether a finding of the piece takes its site from the words around it."""
        return any(item.hit.phrase.concept in sited for item in self.piece.findings)

    @property
    def is_after_finding(self) -> bool:
        """Whether the place follows the finding ("tingling in the left foot")."""
        findings = self.piece.findings
        return not findings or findings[0].hit.start < self.first


def locate(sentence: Sentence, tokens: list[str], lexicon: Lexicon) -> list[tuple[Item, list[Place]]]:
    """Every finding of a sentence with its places.

    A piece with places only ("left foot: numb and cold") lends them to the pieces before or after it. A finding that
    needs a site and has none takes that of its neighbours, unless it is one of `own_sites`, which are never lent.
    """
    sited = lexicon.sited
    spots = [_spot(piece) for piece in sentence.pieces]
    for index, spot in enumerate(spots):
        if spot.places and not spot.piece.findings:
            _lend(spots, index, sited)
    located: list[tuple[Item, list[Place]]] = []
    for index, spot in enumerate(spots):
        shared = spot.places or [place for place in _neighbour(spots, index) if place.site not in lexicon.own_sites]
        joint = _joint(spot, tokens, lexicon.parting)
        located += [
            (i, _own(spot, i, joint) or (shared if i.hit.phrase.concept in sited else spot.places))
            for i in spot.piece.findings
        ]
    return located


def places_of(sentence: Sentence) -> list[Place]:
    """Every place that the sentence names without denying it or calling it well ("sensation intact on the left")."""
    ill = [piece for piece in sentence.pieces if not piece.findings or not all(i.is_denied for i in piece.findings)]
    return [place for piece in ill for place in _spot(piece, is_strict=True).places]


def side_of(places: Iterable[Place], groups: Mapping[str, SiteGroup]) -> Side:
    """The side that places say, those of the foot and leg first; a bare plural ("numb feet") is both."""
    seen = list(places)
    lower = [place for place in seen if groups.get(place.site) is SiteGroup.LOWER]
    sides = {place.side for place in lower or seen if place.side is not None}
    sides |= {place.side for place in seen if not place.site and place.side is not None}
    if Side.BOTH in sides or {Side.LEFT, Side.RIGHT} <= sides:
        return Side.BOTH
    if sides:
        return next(iter(sides))
    return Side.BOTH if any(place.is_plural for place in lower) else Side.UNKNOWN


def _spot(piece: Piece, is_strict: bool = False) -> Spot:
    hits = piece.of(Channel.SITE, Channel.SIDE)
    if is_strict or not piece.findings:
        hits = [item for item in hits if not item.effects & {Effect.NEGATED, Effect.DROPPED}]
    if is_strict:
        hits = [item for item in hits if Effect.FAMILY not in item.effects]
    return Spot(piece, _bind(hits), hits[0].hit.start if hits else 0)


def _joint(spot: Spot, tokens: list[str], parting: frozenset[str]) -> int:
    """Where a word parts places of two sides ("left foot numb after right knee replacement"); 0 where none does."""
    hits = spot.piece.of(Channel.SITE, Channel.SIDE)
    for at in range(spot.piece.start + 1, spot.piece.end) if len(hits) > 1 else ():
        if tokens[at] in parting:
            before, after = _sides(i for i in hits if i.hit.start < at), _sides(i for i in hits if i.hit.start > at)
            if before and after and before.isdisjoint(after):
                return at
    return 0


def _sides(hits: Iterable[Item]) -> set[Side]:
    places = _bind(list(hits))
    return {place.side or Side.BOTH for place in places if place.side is not None or place.is_plural}


def _own(spot: Spot, item: Item, joint: int) -> list[Place]:
    """The places of one finding, where its piece tells of two sides or denies another finding.

    "Left foot numb after right knee replacement", "numb right foot without left foot drop".
    """
    if joint:
        is_later = item.hit.start > joint
        return _bind([hit for hit in spot.piece.of(Channel.SITE, Channel.SIDE) if (hit.hit.start > joint) == is_later])
    denied = {Effect.NEGATED in other.effects for other in spot.piece.findings}
    if len(denied) == 1:
        return []
    hits = spot.piece.of(Channel.SITE, Channel.SIDE)
    return _bind([hit for hit in hits if (Effect.NEGATED in hit.effects) == (Effect.NEGATED in item.effects)])


def _bind(items: list[Item]) -> list[Place]:
    """A side goes with the sites after it ("left heel and ankle"), else with those before it ("heel, left")."""
    items = sorted(items, key=lambda item: item.hit.start)
    places: list[Place] = []
    side: Side | None = None
    is_spent = True
    for item in items:
        phrase = item.hit.phrase
        if phrase.channel is Channel.SIDE:
            if not is_spent and side is not None:
                places.append(Place("", side))
            side, is_spent = Side(phrase.concept), False
        else:
            places.append(Place(phrase.concept, side, phrase.is_plural))
            is_spent = True
    if side is not None and not is_spent:
        return _bind_back(places, side)
    return places


def _bind_back(places: list[Place], side: Side) -> list[Place]:
    bare = [place for place in places if place.side is None and place.site]
    if not bare:
        return [*places, Place("", side)]
    return [Place(p.site, side, p.is_plural) if p in bare else p for p in places]


def _lend(spots: list[Spot], index: int, sited: frozenset[str]) -> None:
    """Give the places of a piece without finding to the piece before or after that can use them."""
    own = spots[index].places
    before = next((s for s in reversed(spots[:index]) if s.takes(sited)), None)
    after = next((s for s in spots[index + 1 :] if s.takes(sited)), None)
    following = next(iter(spots[index + 1 :]), None)
    is_set_off = before is not None and not _SET_OFF.isdisjoint(spots[index].piece.links)
    is_shared = before is None or (following is not None and any(p.side for p in following.places) and not is_set_off)
    if not any(place.site for place in own) and following is not None and following.piece.is_listed and is_shared:
        before, after = None, following  # "left and right feet", and not "numb heel - right and fever"
    if before is not None and before.places and not any(place.site for place in own):
        before.places = _bind_back(before.places, own[-1].side) if own[-1].side is not None else before.places
        return  # "heel numbness, right"
    if before is not None and before.places and not spots[index].piece.is_attached:
        before = None
    if before is None and after is not None and after.places and not after.piece.is_attached:
        return
    if before is not None:
        before.places = [*before.places, *own]
        before.first = before.first or spots[index].first
    elif after is not None:
        after.places = [*own, *_shared_side(own[-1].side, after.places)]
        after.first = after.first or spots[index].first


def _shared_side(side: Side | None, places: list[Place]) -> list[Place]:
    """A side said once holds on: "left arm and leg"; until another side or a plural comes."""
    shared: list[Place] = []
    for place in places:
        side = None if place.side is not None or place.is_plural else side
        shared.append(Place(place.site, side or place.side, place.is_plural))
    return shared


def _neighbour(spots: list[Spot], index: int) -> list[Place]:
    """The places that a finding without any shares: of the next piece that names one after its finding, else before."""
    after = next((s for s in spots[index + 1 :] if s.places and s.piece.findings), None)
    before = next((s for s in reversed(spots[:index]) if s.places and s.piece.findings), None)
    if after is not None and after.is_after_finding:
        return after.places
    return before.places if before is not None else []
