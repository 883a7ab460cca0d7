"""The airlines that fly: where they are at home, where they change planes, and how cheap they are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Airline:
    """An airline. Between airports of its `countries` it may fly without touching one of its hubs."""

    code: str
    name: str
    countries: frozenset[str]
    hubs: tuple[str, ...]
    low_cost: bool = False
    regional: bool = False


_EUROPE = "GB IE FR DE ES PT IT MT BE NL LU CH AT CZ SK HU PL DK SE NO FI EE LV LT GR BG RO RS HR SI BA AL MK CY MA"
_SOUTHEAST_ASIA = "MY TH ID PH VN SG HK TW IN LK"

_TABLE = f"""
UA;United;US PR;ORD DEN SFO IAH EWR IAD
AA;American;US PR;DFW CLT MIA ORD PHX PHL
DL;Delta;US PR;ATL MSP DTW SLC JFK SEA
AS;Alaska;US;SEA PDX ANC HNL
WN;Southwest;US PR;DEN MDW BWI LAS DAL;low
B6;JetBlue;US PR DO JM BS MX BB;JFK BOS FLL;low
AC;Air Canada;CA;YYZ YUL YVR
WS;WestJet;CA;YYC
AM;Aeromexico;MX;MEX MTY
Y4;Volaris;MX GT SV;GDL;low
CM;Copa;PA;PTY
AV;Avianca;CO EC SV;BOG
LA;LATAM;BR CL PE EC CO;GRU SCL LIM
AR;Aerolineas Argentinas;AR;EZE AEP;regional
BA;British Airways;GB;LHR
U2;easyJet;{_EUROPE};LGW;low
FR;Ryanair;{_EUROPE};DUB STN;low
W6;Wizz Air;{_EUROPE} GE AM AE;BUD;low
EI;Aer Lingus;IE;DUB
AF;Air France;FR;CDG
KL;KLM;NL;AMS
SN;Brussels Airlines;BE;BRU
LH;Lufthansa;DE;FRA MUC
IB;Iberia;ES;MAD
VY;Vueling;ES FR IT PT DE GB;BCN;low
TP;TAP Air Portugal;PT;LIS
AZ;ITA Airways;IT;FCO
LX;Swiss;CH;ZRH
OS;Austrian;AT;VIE
LO;LOT;PL;WAW
SK;SAS;DK SE NO;CPH ARN
DY;Norwegian;NO SE DK FI GB ES;OSL;low
AY;Finnair;FI;HEL
FI;Icelandair;IS;KEF
BT;airBaltic;EE LV LT;RIX;regional
A3;Aegean;GR CY;ATH;regional
JU;Air Serbia;RS;BEG
OU;Croatia Airlines;HR;ZAG;regional
TK;Turkish Airlines;TR;IST
PC;Pegasus;TR DE GB FR GE;SAW;low
LY;El Al;IL;TLV
EK;Emirates;AE;DXB
EY;Etihad;AE;AUH
QR;Qatar Airways;QA;DOH
SV;Saudia;SA;JED RUH
RJ;Royal Jordanian;JO;AMM
MS;EgyptAir;EG;CAI
AT;Royal Air Maroc;MA;CMN
ET;Ethiopian;ET;ADD
KQ;Kenya Airways;KE;NBO
WB;RwandAir;RW;KGL
SA;South African Airways;ZA;JNB CPT
JL;Japan Airlines;JP;HND NRT
NH;ANA;JP;HND NRT
KE;Korean Air;KR;ICN
CA;Air China;CN;PEK CTU
MU;China Eastern;CN;PVG SHA
CZ;China Southern;CN;CAN PKX
CX;Cathay Pacific;HK;HKG
CI;China Airlines;TW;TPE
TG;Thai Airways;TH;BKK
AK;AirAsia;{_SOUTHEAST_ASIA};KUL DMK;low
MH;Malaysia Airlines;MY;KUL
SQ;Singapore Airlines;SG;SIN
VN;Vietnam Airlines;VN;SGN HAN
GA;Garuda Indonesia;ID;CGK
PR;Philippine Airlines;PH;MNL
AI;Air India;IN;DEL BOM
6E;IndiGo;IN NP LK BD AE;DEL BLR;low
UL;SriLankan;LK;CMB
PK;Pakistan International;PK;KHI
KC;Air Astana;KZ;ALA
HY;Uzbekistan Airways;UZ;TAS;regional
OM;MIAT Mongolian;MN;UBN;regional
QF;Qantas;AU;SYD MEL
VA;Virgin Australia;AU;BNE
NZ;Air New Zealand;NZ;AKL
FJ;Fiji Airways;FJ;SUV
TN;Air Tahiti Nui;PF;PPT
MK;Air Mauritius;MU;MRU
G3;GOL;BR AR UY PY;GIG BSB;low
MM;Peach;JP KR TW;KIX;low
JQ;Jetstar;AU NZ;MEL;low
HF;Air Cote d'Ivoire;CI;ABJ;regional
P4;Air Peace;NG;LOS;regional
HC;Air Senegal;SN;DSS;regional
TC;Air Tanzania;TZ;DAR;regional
TU;Tunisair;TN;TUN;regional
AH;Air Algerie;DZ;ALG;regional
GF;Gulf Air;BH;BAH
WY;Oman Air;OM;MCT
KU;Kuwait Airways;KW;KWI
ME;Middle East Airlines;LB;BEY;regional
J2;Azerbaijan Airlines;AZ;GYD;regional
LG;Luxair;LU;LUX;regional
KM;KM Malta;MT;MLA;regional
RO;TAROM;RO;OTP;regional
BG;Biman Bangladesh;BD;DAC;regional
RA;Nepal Airlines;NP;KTM;regional
BW;Caribbean Airlines;TT JM;POS;regional
UP;Bahamasair;BS;NAS;regional
"""


def _read(line: str) -> Airline:
    code, name, countries, hubs, *rest = line.split(";")
    return Airline(code, name, frozenset(countries.split()), tuple(hubs.split()), rest == ["low"], rest == ["regional"])


AIRLINES: tuple[Airline, ...] = tuple(_read(line) for line in _TABLE.split("\n") if line)
MAJOR: frozenset[str] = frozenset(
    hub for airline in AIRLINES if not (airline.low_cost or airline.regional) for hub in airline.hubs
)
"""Airports that are big enough for flights across an ocean."""
