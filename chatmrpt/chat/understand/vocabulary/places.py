# ruff: noqa: E501  (tables: one subject per line)
"""Cities and towns that are not state names, with the state they lie in."""

from __future__ import annotations

CITIES: dict[str, str] = {
    "Aba": "Abia", "Umuahia": "Abia", "Ohafia": "Abia", "Yola": "Adamawa", "Jimeta": "Adamawa", "Mubi": "Adamawa", "Numan": "Adamawa",
    "Uyo": "Akwa Ibom", "Eket": "Akwa Ibom", "Ikot Ekpene": "Akwa Ibom", "Oron": "Akwa Ibom", "Awka": "Anambra", "Onitsha": "Anambra", "Nnewi": "Anambra",
    "Azare": "Bauchi", "Misau": "Bauchi", "Yenagoa": "Bayelsa", "Makurdi": "Benue", "Gboko": "Benue", "Otukpo": "Benue", "Maiduguri": "Borno",
    "Biu": "Borno", "Bama": "Borno", "Calabar": "Cross River", "Ogoja": "Cross River", "Ikom": "Cross River", "Asaba": "Delta", "Warri": "Delta",
    "Sapele": "Delta", "Ughelli": "Delta", "Agbor": "Delta", "Abakaliki": "Ebonyi", "Afikpo": "Ebonyi", "Benin City": "Edo", "Benin": "Edo", "Auchi": "Edo",
    "Ekpoma": "Edo", "Ado Ekiti": "Ekiti", "Ikere": "Ekiti", "Nsukka": "Enugu", "Gwagwalada": "Federal Capital Territory", "Kubwa": "Federal Capital Territory",
    "Wuse": "Federal Capital Territory", "Garki": "Federal Capital Territory", "Maitama": "Federal Capital Territory", "Kumo": "Gombe",
    "Owerri": "Imo", "Orlu": "Imo", "Okigwe": "Imo", "Dutse": "Jigawa", "Hadejia": "Jigawa", "Zaria": "Kaduna", "Kafanchan": "Kaduna", "Wudil": "Kano",
    "Daura": "Katsina", "Funtua": "Katsina", "Malumfashi": "Katsina", "Birnin Kebbi": "Kebbi", "Yauri": "Kebbi", "Argungu": "Kebbi", "Zuru": "Kebbi",
    "Lokoja": "Kogi", "Okene": "Kogi", "Anyigba": "Kogi", "Idah": "Kogi", "Kabba": "Kogi", "Ilorin": "Kwara", "Offa": "Kwara", "Jebba": "Kwara", "Lafiagi": "Kwara",
    "Omu Aran": "Kwara", "Ikeja": "Lagos", "Lekki": "Lagos", "Ikorodu": "Lagos", "Badagry": "Lagos", "Epe": "Lagos", "Surulere": "Lagos", "Yaba": "Lagos",
    "Ajah": "Lagos", "Victoria Island": "Lagos", "Lafia": "Nasarawa", "Keffi": "Nasarawa", "Akwanga": "Nasarawa", "Minna": "Niger", "Bida": "Niger",
    "Suleja": "Niger", "Kontagora": "Niger", "Abeokuta": "Ogun", "Ijebu Ode": "Ogun", "Sagamu": "Ogun", "Ota": "Ogun", "Akure": "Ondo", "Owo": "Ondo",
    "Ikare": "Ondo", "Okitipupa": "Ondo", "Osogbo": "Osun", "Oshogbo": "Osun", "Ile Ife": "Osun", "Ife": "Osun", "Ilesa": "Osun", "Ilesha": "Osun", "Ede": "Osun",
    "Iwo": "Osun", "Ibadan": "Oyo", "Ogbomoso": "Oyo", "Ogbomosho": "Oyo", "Iseyin": "Oyo", "Saki": "Oyo", "Jos": "Plateau", "Bukuru": "Plateau", "Pankshin": "Plateau",
    "Port Harcourt": "Rivers", "Portharcourt": "Rivers", "Ph City": "Rivers", "Bonny": "Rivers", "Jalingo": "Taraba", "Wukari": "Taraba",
    "Damaturu": "Yobe", "Potiskum": "Yobe", "Gashua": "Yobe", "Nguru": "Yobe", "Gusau": "Zamfara", "Kaura Namoda": "Zamfara", "Talata Mafara": "Zamfara",
}  # fmt: skip

STATE_AND_LGA = frozenset({"Nasarawa", "Bauchi", "Gombe", "Katsina"})
"""Both a state and an LGA or ward: read as the state only where a state is asked for."""
