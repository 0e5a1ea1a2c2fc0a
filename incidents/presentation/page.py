"""The order of an incident's page: every kind of record plugs its part in here."""

from incidents.presentation import duplicates, involvements
from incidents.presentation.sections import SECTIONS

# map · coverage · requests and offers · deployments · situation reports · alerts · parts · duplicates · review
SECTIONS += [involvements.SECTION, duplicates.SECTION]
