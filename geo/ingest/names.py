"""The names that publishers give to the same things."""

from __future__ import annotations

from geo.ingest.values import squeezed

_GROUPS = """
nom name nomcite nomsite sitenom nomlieu libelle lib denomination intitule designation appellation toponyme titre title raisonsociale rs hospitalname nomloc nomusuel
autrenom nom2 nomcite2 nomsecondaire alias sitename
commune commune1 nomcommune commnom nomcom libcom libcommune libellecommune communenom city ville communesource ligneacheminement localite municipality nomcomm com
insee codeinsee inseecom inseecommune codgeo cominsee comminsee depcom codecommune codecom codecomm inseecode
codepostal cp postcode postalcode zip zipcode
adresse siteadresse address street rue voie adressepostale
idlsm lsm idcite
idunesco unesco unescoid nounesco
idtroncon idntronco ntroncon troncon
finess nofiness nofinesset numfiness finesset
population pop poptot populationtotale pmun
areaha surfaceha surfha superficieha
surfacem2 aream2 unitefoncieresurface superficiem2 surfm2
lengthm longueurm longm
proprietaire bailleur proprionom owner
type typologie nature
categorie libcategetab category facilitytype
statut status avancement sitestatut
statutjuridique publicprivate libsph
telephone tel phone
url siteweb website web lien siteurl
courriel email mail
annee year millesime
interet interetpatrimonial
compagnie company compagnieminiere
commentaire comm remarque observation observations comment remarques
datemaj maj miseajour dateactualisation siteactudate
"""  # noqa: E501 - one line a thing
SYNONYMS = tuple(tuple(line.split()) for line in _GROUPS.strip().splitlines())
"""Names of one thing, squeezed (no case, accent or sign), the commonest first; never two units."""

_GROUP_OF = {name: group for group in SYNONYMS for name in group}


def synonyms(name: str) -> tuple[str, ...]:
    """Return the names, squeezed, of what a name is for; none if it is not known.

    >>> synonyms("NOM_CITE")[:3]
    ('nom', 'name', 'nomcite')
    """
    return _GROUP_OF.get(squeezed(name), ())


NAMES, COMMUNES, CODES, POSTCODES, ADDRESSES = (
    frozenset(_GROUP_OF[name]) for name in ("nom", "commune", "insee", "codepostal", "adresse")
)
"""What a thing is called, its commune, the INSEE code of that, its postcode, its address; squeezed."""
