"""The door through which files come in: what checking and attaching need, loaded once for many files."""

from __future__ import annotations

from datetime import date

from sangesan.exchange.attaching import PEOPLE_SCHEMA, People
from sangesan.exchange.checking.divisions import Directory
from sangesan.exchange.contracts import Contracts, load_contracts
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today, tree
from sangesan.registry.queries import people_for_matching


class Door:
    """Contracts, divisions and people as they are when it is opened. Identities stay in memory only.

    Open one for a batch; a change in the register is seen by the next door.
    """

    def __init__(self, *, contracts: Contracts, directory: Directory, people: People, today: date) -> None:
        self.contracts = contracts
        self.directory = directory
        self.people = people
        self.today = today

    @classmethod
    def open(cls, *, with_people: bool = True) -> Door:
        """A door on the county as it is now. with_people: False suffices for division feeds.

        Raises a Refusal where divisions or people have not been loaded: everything would wait unattached.
        """
        known = tree()
        rows = ((code, known.names[code], known.levels[code], known.parents.get(code, "")) for code in known.names)
        table = people_for_matching() if with_people else PEOPLE_SCHEMA.empty_table()
        if not known.names or (with_people and not table.num_rows):
            raise Refusal("还没有装入区划和农户底册，无法核对和挂接", remedy="先运行 sangesan county load 目录")
        return cls(contracts=load_contracts(), directory=Directory(rows), people=People(table), today=today())
