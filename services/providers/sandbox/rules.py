"""What Twilio refuses, and in which words. https://www.twilio.com/docs/iam/test-credentials"""
import re

E164 = re.compile(r"\+[1-9]\d{7,14}")
LONGEST_BODY = 1_600
# Twilio's own magic numbers, which its test credentials answer in the same way.
MAGIC = {
    "+15005550001": (21211, "The 'To' number +15005550001 is not a valid phone number."),
    "+15005550002": (21612, "The Message cannot be sent with the current combination of 'To' and 'From'."),
    "+15005550003": (21408, "Permission to send an SMS has not been enabled for the region."),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number is not a valid mobile number"),
}


def refusal(form: dict[str, str]) -> tuple[int, str] | None:
    """Twilio's error code and its words for what is wrong with a request to send; None when nothing is."""
    to, body = form.get("To", ""), form.get("Body", "")
    if not to:
        return 21604, "A 'To' phone number is required."
    if to in MAGIC:
        return MAGIC[to]
    if not E164.fullmatch(to):
        return 21211, "Invalid 'To' Phone Number: " + re.sub(r"\d", "X", to)
    if not body:
        return 21602, "Message body is required."
    if len(body) > LONGEST_BODY:
        return 21617, "The concatenated message body exceeds the 1600 character limit."
    if not (form.get("From") or form.get("MessagingServiceSid")):
        return 21603, "A 'From' phone number is required."
    return None
