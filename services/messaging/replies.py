"""What somebody who texts us means. https://help.twilio.com/articles/223134027 and 47 CFR 64.1200(a)(10)"""
import re
import unicodedata

STOP = {"STOP", "STOPALL", "QUIT", "END", "REVOKE", "OPTOUT", "CANCEL", "UNSUBSCRIBE", "PARAR", "ALTO", "BAJA"}
START = {"START", "UNSTOP"}
HELP = {"HELP", "INFO", "AYUDA"}
CONFIRM = {"C", "CONFIRM", "CONFIRMED", "CONFIRMO", "CONFIRMAR"}
WORDS = {"stop": STOP, "start": START, "help": HELP, "confirm": CONFIRM}
AROUND = {"PLEASE", "PLS", "NOW", "TEXTING", "TEXTS", "MESSAGES", "MESSAGING", "SENDING", "ME", "THE", "THESE", "POR", "FAVOR"}
"""Said around a word without changing it: "please stop texting me"."""


def meaning(text: str, opt_out_type: str = "") -> str:
    """`stop`, `start`, `help`, `confirm` or `other`, whatever the case, the spaces and the punctuation.

    `opt_out_type` is Twilio's own reading, which holds: it has acted on it. YES is none of ours, since Twilio reads it as
    START.
    """
    if opt_out_type.lower() in ("stop", "start", "help"):
        return opt_out_type.lower()
    words = re.findall(r"[^\W_]+", _plain(text))
    for said in ("".join(words), "".join(word for word in words if word not in AROUND)):
        for name, known in WORDS.items():
            if said in known:
                return name
    return "other"


def _plain(text: str) -> str:
    """Capital letters without accents, widths or signs that nobody sees."""
    letters = unicodedata.normalize("NFKD", text[:160]).upper()
    return "".join(sign for sign in letters if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf")
