"""Sign-in names as they are stored: e-mail in lower case, mobile numbers in E.164."""
import phonenumbers


def normal(name: str) -> str:
    """What a person typed, as it is looked up. A number without a country is taken as one of the US."""
    name = name.strip().lower()
    return name if "@" in name else mobile(name) or name


def mobile(number: str) -> str:
    """E.164, or "" for what is no possible number."""
    try:
        parsed = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return ""
    possible = phonenumbers.is_possible_number(parsed)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) if possible else ""


def hint(number: str) -> str:
    """The last four digits, for telling a person which of their phones is meant."""
    return f"•••• {number[-4:]}"


def spelled(number: str) -> str:
    """An E.164 number as people write it: `+1 500-555-0010`."""
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
