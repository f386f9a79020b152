"""The words by which VAT codes tell what they are, as regular expressions on small letters.

Danish systems name their codes in Danish, localisations of others in English.

Belongs here: the words. Does not: choosing a code by them (`suggest_vat`).
"""

SALE = (
    r"salg|\bsales?\b|\budgående\b|\boutput\b|eksport|\bexport\b|^s[-\s]"
    r"|^u(\d|eu[vy]|[vy](eu|[vyc\d]))"
)
PURCHASE = (
    r"køb|\bpurchases?\b|\bindgående\b|\binput\b|\bacquisition\b|\bimports?\b|^k[-\s]"
    r"|repræsentation|representation|restaurations?moms|erhvervelsesmoms|importmoms|^i(\d|eu[vy]|[vy](eu|[vy\d]))"
)
OUTSIDE_EU = (
    r"(?:^|[(/-])%\s*eu|\b(ikke|non|not|udenfor|outside|uden for)\b[\s-]*(the\s+)?eu"
    r"|tredjeland|3\.? ?lande?\b|third countr|\bverden\b|\bnon-?eu\b"
)
# Trade across the outer border, unless the name says EU beside it.
TRADE_OUTSIDE = r"eksport|\bexport\b|\bimport"
# Schemes that tax the margin only; named in part, it may be one or another.
MAYBE_SCHEME = r"\bmargin|\bbrugt|\bavance"
EU = r"\beu\b|^[sk]-eu-|intracommunity|intra-community|rubrik [ab]\b"
# Another country by name: Sweden's rate is 25 % too, and its VAT is not Danish.
COUNTRY_EU = (
    r"\b(?:sverige|svensk|swed|finland|finsk|tysk|german|holland|hollandsk|hollænd|nederland|netherl"
    r"|dutch|belgi|frankrig|fransk|france|french|polen|polsk|poland|polish|spanien|spansk|spain"
    r"|itali|irland|irsk|ireland|østrig|austria|kroati|croati|tjekk|czech|portugal|litau|lithuan"
    r"|letland|latvia|estland|estonia|luxemb|ungarn|hungar|nordirland)"
)
COUNTRY_OUTSIDE = (
    r"\b(?:norge|norsk|norw|england|engelsk|english|britisk|british|uk\b|gb\b|storbritannien"
    r"|schweiz|swiss|switzerland|usa\b|amerika|america|færø|faroe|grønland|greenland)"
)
ABROAD = r"udland|\babroad\b|\bforeign\b|erhvervelsesmoms"
GOODS = r"vare|\bgoods\b|-v-"
SERVICES = r"ydelse|\bservices?\b|-y-"
NOT_LISTED = r"indberettes ikke|ikke indberettes|not (on|for) the (eu )?(sales )?list|\br-b-ur\b"
LISTED = r"indberettes|eu sales list|listesystem|\br-b-mr\b"
DOMESTIC = r"\bdk\b|dansk|danmark|denmark|indland|domestic"
IN_BOX_C = r"rubrik c|\br-c-ur\b"
# Codes as Danish systems abbreviate them, where the name says nothing of region or thing.
SHORT = (
    (r"^[iu](eu|v|y)*eu|^[iu]eu[vy]", "eu"),
    (r"^[iu][vy][vyc]\b", "outside"),
)
# The mark a Danish localisation puts on a base, and the return's field it is.
BOXES = {
    "R-A-V": "MomsAngivelseEUKoebBeloeb",
    "R-A-Y": "MomsAngivelseEUKoebYdelseBeloeb",
    "R-B-MR": "MomsAngivelseEUSalgBeloebVarerBeloeb",
    "R-B-UR": "MomsAngivelseIkkeEUSalgBeloebVarerBeloeb",
    "R-C-MR": "MomsAngivelseEUSalgYdelseBeloeb",
    "R-C-UR": "MomsAngivelseEksportOmsaetningBeloeb",
}
# Nothing but these words: VAT of domestic purchases with nothing said against deducting it all.
ONLY_INPUT = r"(dansk|købsmoms|indgående|køb|moms|input|vat|on|purchases?|tax|dk|25|\W)+"
SPECIAL = (
    # Named schemes first: their words never mean anything else. (words, sale, purchase)
    (r"trekant|triangular", "S25", None),
    (r"brugt\w*bil|used .*(vehicle|car)", "S85", "K640"),
    (r"brugtmoms|brugte varer|used vat|second-?hand", "S83", "K620"),
    (r"marginmoms|margin vat|margin scheme", "S84", "K630"),
    (r"leasingbiler mm|driving schools", "S86", "K650"),
    (r"kunstner|artist", "S87", None),
    (r"lokal\s?moms|local (vat|sales)", "S88", "K710"),
    (r"(refusion|refund).*(udland|abroad)|(udland|abroad).*(refusion|refund)", None, "K710"),
    (r"refusion|refund scheme", None, "K720"),
)
EXEMPT = r"\bmf\b|exempt|fritaget|§ ?13|momsfri"
MAYBE_EXEMPT = r"momsfri(t|e)?\b"
NO_SCOPE = r"uden\s?for loven|outside the scope|-dk-u\b"
NO_DEDUCTION = r"ingen\s?fradrag|no deduction|ikke fradrag|uden fradrag"
REVERSE = r"omvendt|reverse|byggemoms|byggeydelse|-dko-"
# Less than all, by a share that is not told: never sure.
SOME_SHARE = (
    r"begrænset|limited|restrict|\bhalv|\bkvart|(ikke|ej|not)\s+(fuld|full)"
    r"|^(?!.*(pro\s?rata|omsætning|turnover)).*(delvis|partial)"
)
DEDUCTIONS = (
    # (words, place in the series full, estimate, none, turnover, area)
    (NO_DEDUCTION, 2),
    (r"skøn|discretionary|estimate", 1),
    (r"areal|area-?based|area", 4),
    (r"delvis|pro\s?rata|partial|omsætningsfordeling", 3),
    (r"fuld|full|100 ?%", 0),
)
SERIES = {
    ("eu", "vare"): 210,
    ("eu", "ydelse"): 260,
    ("outside", "vare"): 410,
    ("outside", "ydelse"): 460,
}
DOMESTIC_SERIES = ("K010", "K020", "K030", "K110", "K130")
REVERSE_SERIES = ("K660", "K680", "K690", "K670", "K700")
BRACKETS = (  # statutory shares of domestic purchases
    (r"fastnet.*pro\s?rata|\b50 ?%.*pro\s?rata", "K050"),
    (r"fastnet|\b50 ?%", "K040"),
    (r"repræsentation.*pro\s?rata|25 ?% x pro\s?rata", "K080"),
    (r"repræsentation|representation|restaurations?moms", "K070"),
    # Only leasing of a white-plate car is deducted, and only mixed use of a yellow-plate car
    # by a third: the plate alone does not say which.
    (r"leas.*(hvidplade|white plate).*pro\s?rata", "K100"),
    (r"leas.*(hvidplade|white plate)|hvidplade.*leas", "K090"),
    (r"(gulplade|yellow plate).*(privat|bland|mixed)|\b1/3\b|\b33([.,]\d+)? ?%", "K060"),
    (r"\b2/3\b|\b66([.,]\d+)? ?%|vejfradrag", "K610"),
    (r"sektor|sector", "K120"),
)
EU_LEASING = (
    (r"leas.*(hvidplade|white plate).*(delvis|pro\s?rata)", "K320"),
    (r"leas.*(hvidplade|white plate)|hvidplade.*leas", "K310"),
    (r"(gulplade|yellow plate).*(privat|bland|mixed)", "K330"),
)
